-- The two databases of a stack, made where they are missing: Plait's own, with vectors, and the schema registry's.
-- Run by psql: on every start of the local stack, and once by the container of docker-compose.yml.
SELECT format('CREATE DATABASE %I', name) FROM unnest(ARRAY['plait', 'registry']) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
\connect plait
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS vector;
