"""What the office stores. Little state: the phase of a batch is computed from what happened to it.

People are stored as enrolled; subjects never. A request's values stand only in the ledger's sealed
disclosures, and what probing needs of them (`Ask`) only as keyed tokens.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Adoption(models.Model):
    """An agreement as adopted: the text of its file. The newest of an id is the one in use."""

    agreement = models.CharField(max_length=100, db_index=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    entry = models.BigIntegerField(null=True)  # none where an older version adopted it: found by its type
    at = models.DateTimeField()


class Official(models.Model):
    """A requesting official as first enrolled: the office as claimed, and the days in it. Another last day is an
    `Ending`."""

    id = models.CharField(primary_key=True, max_length=100)
    agreement = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    office = models.CharField(max_length=300)
    starts = models.DateField()
    ends = models.DateField(null=True)
    key = models.JSONField()
    entry = models.BigIntegerField(null=True)  # none where an older version enrolled: found by the pseudonym
    at = models.DateTimeField()


class Officer(models.Model):
    """One of the custodian's own officers."""

    id = models.CharField(primary_key=True, max_length=100)
    name = models.CharField(max_length=200)
    entry = models.BigIntegerField(null=True)  # none where an older version added: found by the pseudonym
    at = models.DateTimeField()


class Safeguards(models.Model):
    """The recipient's safeguard status as recorded; the newest counts."""

    document = models.JSONField()
    entry = models.BigIntegerField(null=True)
    at = models.DateTimeField()


class CourtOrder(models.Model):
    """A court order as entered. Its lifting is an `Ending`."""

    id = models.CharField(primary_key=True, max_length=100)
    document = models.JSONField()
    entry = models.BigIntegerField(null=True)
    at = models.DateTimeField()


class Override(models.Model):
    """Counsel's recorded act that lifts one check for a time, on an authority that it cites. An early end is an
    `Ending`."""

    id = models.CharField(primary_key=True, max_length=100)
    document = models.JSONField()
    entry = models.BigIntegerField(null=True)
    at = models.DateTimeField()


class Ending(models.Model):
    """That an order was lifted, an override ended, or an official's last day set: a fact beside the first, which
    stays as entered. That of the newest entry counts.

    `kind`: order, override, official; `of`: its id. Believed only where the ledger's entry says so; see
    cases/entered/standing.py.
    """

    entry = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=10)
    of = models.CharField(max_length=100)
    last_day = models.DateField(null=True)  # of an official; none: no end is known
    at = models.DateTimeField()


class RegistryLoaded(models.Model):
    """That a load made this registry the one in use: its id, `@`, and the load's ledger entry. The newest counts.

    Rows of before have no entry.
    """

    registry = models.CharField(primary_key=True, max_length=100)
    at = models.DateTimeField()


class RuleArchive(models.Model):
    """That the files of a rule set are kept, and which ledger entry names their archive. The newest of one counts."""

    entry = models.BigIntegerField(primary_key=True)
    rule_set = models.CharField(max_length=64, db_index=True)
    version = models.CharField(max_length=40)
    archive = models.CharField(max_length=64)  # SHA-256 of rules/<rule_set>.zip
    at = models.DateTimeField()


class Batch(models.Model):
    """A batch as received. The same sealed bytes are the same batch."""

    id = models.CharField(primary_key=True, max_length=40)
    sealed_sha256 = models.CharField(max_length=64, unique=True)
    payload_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    manifest = models.TextField(blank=True)  # the JWS as signed, "" where there was none
    requester_batch = models.CharField(max_length=200, blank=True, db_index=True)
    agreement = models.CharField(max_length=100, blank=True)
    official = models.CharField(max_length=100, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    signature = models.CharField(max_length=10)
    count = models.IntegerField()  # rows found in the payload
    at_door = models.JSONField(default=list)  # codes found at the door; the rows are then not recorded
    receipt = models.BigIntegerField()  # ledger index of the receipt entry
    first_request = models.BigIntegerField(null=True)  # ledger index of row 0
    at = models.DateTimeField()


class Examination(models.Model):
    """One examination of a batch: the findings of the batch and of each row, by code. The newest counts."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="examinations")
    findings = models.BinaryField()  # see convert.py
    rule_set = models.CharField(max_length=64)
    gates = models.JSONField()  # what stood open or closed: orders in force, safeguards, agreement
    held = models.BooleanField()  # the whole batch waits
    passed = models.IntegerField()
    refused = models.IntegerField()
    held_rows = models.IntegerField()
    asked = models.IntegerField(null=True)  # tokens recorded (`AskRow`); none where an older version examined
    entry = models.BigIntegerField()
    at = models.DateTimeField()


class HoldLift(models.Model):
    """A named officer's recorded act that lifts a hold which waits for a person."""

    examination = models.OneToOneField(Examination, on_delete=models.PROTECT, related_name="lift")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    reason = models.TextField()
    entry = models.BigIntegerField()
    at = models.DateTimeField()


class Approval(models.Model):
    """One officer's approval of one examination. Two slots, two people, neither of them who submitted.

    A later examination asks for approvals anew: an officer approves what there was to see.
    """

    examination = models.ForeignKey(Examination, on_delete=models.PROTECT, related_name="approvals")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    submitted_by = models.CharField(max_length=100)
    slot = models.SmallIntegerField()
    entry = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        """Two people: invariant 5 as constraints."""

        constraints = (
            models.UniqueConstraint(fields=("examination", "officer"), name="approval_one_each"),
            models.UniqueConstraint(fields=("examination", "slot"), name="approval_one_a_slot"),
            models.CheckConstraint(condition=Q(slot__in=(1, 2)), name="approval_two_slots"),
            models.CheckConstraint(condition=~Q(officer=F("submitted_by")), name="approval_not_own"),
        )


class Verification(models.Model):
    """That the registry was asked, how often, and (sealed) which rows it confirmed."""

    examination = models.OneToOneField(Examination, on_delete=models.PROTECT, related_name="verification")
    confirmed = models.BinaryField()  # sealed under the data key
    looked_up = models.IntegerField()
    entry = models.BigIntegerField()
    at = models.DateTimeField()


class Release(models.Model):
    """The answer as sealed, kept so that a second release hands out the same bytes and discloses nothing new."""

    batch = models.OneToOneField(Batch, on_delete=models.PROTECT, related_name="release")
    examination = models.OneToOneField(Examination, on_delete=models.PROTECT, null=True, related_name="release")
    kind = models.CharField(max_length=10)  # answered, returned
    answer = models.BinaryField()
    counts = models.JSONField()  # outcome -> rows
    refused_by_code = models.JSONField()
    entry = models.BigIntegerField()
    at = models.DateTimeField()


class HandedOut(models.Model):
    """When an answer's file left for the first time: from then on the days run after which it is fetched no more."""

    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="handed_out")
    at = models.DateTimeField()


class AskRow(models.Model):
    """That someone was asked about: keyed tokens only, for the probing budget and for duplicates."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT)
    position = models.IntegerField()
    given = models.CharField(max_length=32)
    first_surname = models.CharField(max_length=32)
    surnames = models.TextField()
    dob = models.CharField(max_length=32, blank=True)
    tin = models.CharField(max_length=32, blank=True, db_index=True)
    address = models.CharField(max_length=32, db_index=True)
    years = models.CharField(max_length=32)
    investigation = models.CharField(max_length=32)
    question = models.CharField(max_length=32, default="")  # "" of one recorded before questions were kept
    exceeded = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        """One row a request, however often its batch is examined."""

        constraints = (models.UniqueConstraint(fields=("batch", "position"), name="ask_once"),)
        indexes = (models.Index(fields=("given", "first_surname", "dob"), name="ask_person"),)


class LedgerLeaf(models.Model):
    """A ledger entry: the bytes of the leaf, which hold no personal data. Never changed, never deleted."""

    index = models.BigIntegerField(primary_key=True)
    leaf = models.BinaryField()


class LedgerSealed(models.Model):
    """The sealed disclosures beside a leaf. May be destroyed (expungement); the tree still verifies."""

    index = models.BigIntegerField(primary_key=True)
    box = models.BinaryField()


class LedgerTile(models.Model):
    """A tile of the tree: up to 256 hashes. Grows, never shrinks."""

    pk = models.CompositePrimaryKey("level", "number")
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()


class LedgerCheckpoint(models.Model):
    """A signed checkpoint. Never changed, never deleted."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()


class LedgerCosignature(models.Model):
    """An outside witness's cosignature of the checkpoint of that size, as the line that it sent. Only added."""

    size = models.BigIntegerField()
    signer = models.CharField(max_length=300)  # the key's name and id
    line = models.TextField()

    class Meta:
        """One a witness and size."""

        constraints = (models.UniqueConstraint(fields=("size", "signer"), name="cosigned_once"),)


class WitnessPolicy(models.Model):
    """Which witnesses' cosignatures an answer waits for: the text of the policy file. The newest is in force."""

    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    entry = models.BigIntegerField()
    at = models.DateTimeField()


class LedgerExpunction(models.Model):
    """That the salts and values of an entry were destroyed, and which entry records it. Written before they go."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.BigIntegerField()
    at = models.DateTimeField()


class KeyEvent(models.Model):
    """A change of a key of the office (`rotated`), or that a key of anyone's is compromised. Only added.

    `use`: ledger, custodian, sealing, official, officer. `key`: the new key's id, or that of the compromised one.
    """

    use = models.CharField(max_length=20)
    act = models.CharField(max_length=20)
    key = models.CharField(max_length=300, db_index=True)
    previous = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField(null=True)  # compromised: from when on it is not to be trusted
    until = models.DateTimeField(null=True)  # rotated: until when the previous one still opens
    by = models.CharField(max_length=100)
    entry = models.BigIntegerField()
    at = models.DateTimeField()
