"""Loading the custodian's file: read and tidied, indexed by place, merged; in worker processes, and never twice."""
