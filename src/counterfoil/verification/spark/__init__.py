"""The Spark engine: the same keys and the same rule on a cluster, over the same files; `counterfoil[spark]`.

    engine.py    what is asked, and what comes back       files.py     the registry's files, at a path or a URL
    session.py   a session on a master                    plan.py      the joins, as Spark sees them
    lots.py      requests in lots of bounded size         on_board.py  what an executor runs

Nothing here imports pyspark before an engine is made.
"""

from counterfoil.verification.spark.engine import SparkEngine
from counterfoil.verification.spark.session import Cluster

__all__ = ["Cluster", "SparkEngine"]
