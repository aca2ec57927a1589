"""What publishing a draft would mean, who has to agree, and doing it."""
