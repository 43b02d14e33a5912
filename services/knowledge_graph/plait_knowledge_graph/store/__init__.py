"""The memory in PostgreSQL. psycopg is imported here and nowhere else."""
