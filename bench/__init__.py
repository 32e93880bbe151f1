"""The load benchmark: the service as shipped beside a bare echo under the same server.

Not a timed test and not shipped. Nothing of `cards` or `service` may import it.
"""
