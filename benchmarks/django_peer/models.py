"""The claim as a Django model, its choices as the tool has them."""

from django.db import models

from benchmarks.tool import CHOICES


class Claim(models.Model):
    reference = models.CharField(max_length=20, unique=True)
    merchant = models.CharField(max_length=120)
    amount = models.DecimalField(max_digits=11, decimal_places=2)
    currency = models.CharField(max_length=3, choices=[(c, c) for c in ("USD", "EUR", "GBP")])
    network = models.CharField(max_length=20, choices=CHOICES["network"])
    reason = models.CharField(max_length=20, choices=CHOICES["reason"])
    status = models.CharField(max_length=20, choices=CHOICES["status"])
    due_by = models.DateTimeField("Respond by")
    opened_on = models.DateField("Opened")
    owner = models.CharField(max_length=64, null=True, blank=True)
    priority = models.CharField(max_length=20, choices=CHOICES["priority"])
    likelihood = models.IntegerField(null=True, blank=True)
    region = models.CharField(max_length=20, choices=CHOICES["region"])
    margin = models.IntegerField()
    card_last4 = models.CharField(max_length=4)
    cardholder_email = models.EmailField()
    notes = models.TextField()
    version = models.IntegerField(editable=False)
    created_at = models.BigIntegerField(editable=False)
    created_by = models.CharField(max_length=64, editable=False)
    updated_at = models.BigIntegerField(editable=False)
    updated_by = models.CharField(max_length=64, editable=False)

    class Meta:
        managed = False
        db_table = "claim"

    def __str__(self) -> str:
        return str(self.reference)


class LeanClaim(Claim):
    class Meta:
        proxy = True
