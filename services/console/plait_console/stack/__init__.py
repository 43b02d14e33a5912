"""Runs everything that Plait needs on one machine: no Docker, no root, ordinary child processes on loopback.

``commands`` is what the ``plait`` command calls; ``provision`` makes topics and registers schemas anywhere;
``doctor`` says what is missing; ``testing`` lends a stack to tests.
"""
