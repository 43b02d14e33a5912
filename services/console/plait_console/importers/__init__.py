"""Readers of files: each turns one kind of file into CloudEvents and names every place it can't read.

They read and never send; `plait_console.sending` sends.
"""
