"""The list as the tool's view has it."""

from django.contrib import admin

from benchmarks.django_peer.models import Claim, LeanClaim


class ClaimAdmin(admin.ModelAdmin):
    list_display = (
        *("reference", "merchant", "amount", "network", "reason", "status"),
        *("due_by", "opened_on", "owner", "priority", "likelihood", "region"),
    )
    list_filter = ("status",)
    list_per_page = 50
    ordering = ("due_by",)
    search_fields = ("reference", "merchant")


class LeanClaimAdmin(ClaimAdmin):
    show_full_result_count = False


admin.site.register(Claim, ClaimAdmin)
admin.site.register(LeanClaim, LeanClaimAdmin)
