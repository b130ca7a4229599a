"""Histories of concurrent clients of one alias, and whether they can be explained one operation after the other.

register.py        what an alias is and does, in the words of the API, without concurrency
linearizability.py the checker: is there an order that explains all answers?
clients.py         clients of a real server that write down what they asked and what came
faults.py          transports that lie, to prove that the lies are found
"""
