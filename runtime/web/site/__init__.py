"""What every page stands on: its request, language, frame, protection."""
