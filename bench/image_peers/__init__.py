"""The programs that renders are compared with, one a file; `list_of.PEERS` has them all."""
