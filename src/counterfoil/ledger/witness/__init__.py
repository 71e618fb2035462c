"""Witnesses: outsiders who cosign a checkpoint only if it continues what they saw before.

cosigner.py   a witness's private key, and what it signs (C2SP tlog-cosignature)
protocol.py   the request and the answers of C2SP tlog-witness
head.py       what a witness remembers of each ledger, durably
serve.py      a small witness that anyone can run
client.py     one request to one witness
collect.py    the cosignatures of all witnesses of a policy (its form: ../auditor/policy.py)
"""
