"""The verification step, ours and the peers': lawful requests against the registry, with cold and with warm files.

data.py      the registry, the requests, the truth     asking.py    how each of them is timed and held to the truth
ours.py      with clues, without, one by one           sql.py       plain SQL in two forms
linkage.py   Splink                                    forms.py     scourgify's normal forms
"""
