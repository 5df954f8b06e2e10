-- Who may do what in a PostgreSQL store, with no more rights than it takes.
-- Run it in the store's database as a superuser, or as a role that may create
-- roles and owns the database and its tables, once the tables are there, and
-- again after an update has brought new ones:
--
--     sv-report ingest -d "$DSN" </dev/null    # makes the tables
--     psql "$DSN" -f roles.sql
--
-- It makes three roles that nobody logs in as:
--
--   sales_owner   has the tables. Who updates the programs, and sv-admin,
--                 which deletes and reads the audit log, become it:
--                 postgresql://…/sales?options=-c%20role%3Dsales_owner
--   sales_writer  for sv-report ingest, sv-crm and sv-archive: adds events and
--                 what they add up to, changes none of them, deletes none of them
--   sales_reader  for reports and dashboards: no outbox, nothing is changed but
--                 that who looks at a call leaves a line in the audit log
--
-- and takes from everybody else what PostgreSQL gives to all. People and
-- programs get roles of their own, which are members of one of these:
--
--     CREATE ROLE ingest LOGIN PASSWORD '…' IN ROLE sales_writer;
--
-- A writer needs no right to make tables: events_month() makes the partition of
-- a month with the owner's rights, and does nothing else.
\set ON_ERROR_STOP on
BEGIN;

DO $$
DECLARE
	wanted TEXT;
BEGIN
	FOREACH wanted IN ARRAY
		ARRAY['sales_owner', 'sales_writer', 'sales_reader']
	LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
			EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
		END IF;
	END LOOP;
END $$;

-- the database and the schema: no tables by anybody but the owner
DO $$
BEGIN
	EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC',
		current_database());
	EXECUTE format('GRANT CONNECT ON DATABASE %I'
		' TO sales_owner, sales_writer, sales_reader',
		current_database());
	-- rows that are loaded by COPY go through a temporary table
	EXECUTE format('GRANT TEMPORARY ON DATABASE %I'
		' TO sales_owner, sales_writer', current_database());
	EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC',
		current_schema());
	EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO sales_owner',
		current_schema());
	EXECUTE format('GRANT USAGE ON SCHEMA %I'
		' TO sales_writer, sales_reader', current_schema());
END $$;

-- every table of the store, the partitions too, is the owner's
DO $$
DECLARE
	item RECORD;
BEGIN
	FOR item IN
		SELECT c.oid::regclass AS name FROM pg_class c
		WHERE c.relnamespace = current_schema()::regnamespace
		AND c.relkind IN ('r', 'p')
	LOOP
		EXECUTE format('ALTER TABLE %s OWNER TO sales_owner',
			item.name);
	END LOOP;
END $$;
ALTER SEQUENCE event_place OWNER TO sales_owner;
ALTER FUNCTION events_month(BIGINT) OWNER TO sales_owner;

-- nobody else has any right to any of them, but those that follow
DO $$
BEGIN
	EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I'
		' FROM PUBLIC, sales_writer, sales_reader', current_schema());
END $$;
REVOKE ALL ON FUNCTION events_month(BIGINT) FROM PUBLIC;

GRANT SELECT ON migration, events, calls, turns, slots, costs, leads, tags
	TO sales_writer, sales_reader;
GRANT INSERT ON events, calls, turns, slots, costs, leads, tags
	TO sales_writer;
GRANT UPDATE ON calls, leads TO sales_writer; -- a call's row grows with its events
GRANT USAGE ON SEQUENCE event_place TO sales_writer;
GRANT EXECUTE ON FUNCTION events_month(BIGINT) TO sales_writer;

-- the outbox of sv-crm, what it has received, and whose turn it is
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, crm_call, crm_turn, inbox
	TO sales_writer;

-- the audit log: who shows a person's data adds a row, which needs the number
-- and the digest of the last one; nobody but the owner reads or changes any
GRANT INSERT, SELECT (id, digest) ON audit TO sales_writer, sales_reader;

-- where recordings and transcripts are
GRANT SELECT, INSERT, UPDATE, DELETE ON objects TO sales_writer;
GRANT SELECT ON objects TO sales_reader;

COMMIT;
