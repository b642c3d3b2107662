SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);

CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);

CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);

CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    lock text,
    queueing_lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);

CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

CREATE TABLE public._yoyo_log (
    id character varying(36) NOT NULL,
    migration_hash character varying(64),
    migration_id character varying(255),
    operation character varying(10),
    username character varying(255),
    hostname character varying(255),
    comment character varying(255),
    created_at_utc timestamp without time zone
);

CREATE TABLE public._yoyo_migration (
    migration_hash character varying(64) NOT NULL,
    migration_id character varying(255),
    applied_at_utc timestamp without time zone
);

CREATE TABLE public._yoyo_version (
    version integer NOT NULL,
    installed_at_utc timestamp without time zone
);

CREATE TABLE public.counts (
    name text NOT NULL,
    slot integer NOT NULL,
    many bigint NOT NULL
);

CREATE TABLE public.deliveries (
    id text NOT NULL COLLATE pg_catalog."C",
    runner_id bigint NOT NULL,
    run_id bigint NOT NULL,
    why text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    event_time timestamp with time zone,
    taken_at timestamp with time zone,
    urgency smallint NOT NULL,
    taken_by integer,
    is_new boolean DEFAULT false NOT NULL
);

CREATE SEQUENCE public.lives
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
    CYCLE;

CREATE TABLE public.looks (
    runner_id bigint NOT NULL,
    run_id bigint NOT NULL,
    day date NOT NULL,
    doc jsonb NOT NULL
);

CREATE TABLE public.marks (
    key text NOT NULL,
    doc jsonb NOT NULL
);

CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);

CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;

CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;

CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);

CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;

CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.queue_schema (
    name text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.runners (
    id bigint NOT NULL,
    doc jsonb NOT NULL,
    visit_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL
);

CREATE TABLE public.snapshots (
    runner_id bigint NOT NULL,
    doc jsonb NOT NULL
);

CREATE TABLE public.used_once (
    digest text NOT NULL,
    until timestamp with time zone NOT NULL
);

CREATE TABLE public.yoyo_lock (
    locked integer DEFAULT 1 NOT NULL,
    ctime timestamp without time zone,
    pid integer NOT NULL
);

ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);

INSERT INTO public._yoyo_log VALUES ('3eb9ff30-eb53-11f1-8cc2-02fc00000001', 'd329c7f989bbbafa2bef0a32bd47a1aa43223fb456141e966c1778272b54fd61', '0001.books-and-inbox', 'apply', 'footnote', 'localhost', NULL, '2026-11-28 17:43:39.239206');
INSERT INTO public._yoyo_log VALUES ('3ebb8fa8-eb53-11f1-8cc2-02fc00000001', 'b2a419d277d124814aba78d4266556e3a3327784af468f0d4a4e338d6830b7a1', '0002.lives-and-rounds', 'apply', 'footnote', 'localhost', NULL, '2026-11-28 17:43:39.248972');
INSERT INTO public._yoyo_log VALUES ('3ebcc4fe-eb53-11f1-8cc2-02fc00000001', 'c87f423fbd5b09de7b1bf23b9d7f7a7a49af1a9b80528b015e8f2f4f4fd8ea80', '0003.what-is-new', 'apply', 'footnote', 'localhost', NULL, '2026-11-28 17:43:39.256872');

INSERT INTO public._yoyo_migration VALUES ('d329c7f989bbbafa2bef0a32bd47a1aa43223fb456141e966c1778272b54fd61', '0001.books-and-inbox', '2026-11-28 17:43:39.240234');
INSERT INTO public._yoyo_migration VALUES ('b2a419d277d124814aba78d4266556e3a3327784af468f0d4a4e338d6830b7a1', '0002.lives-and-rounds', '2026-11-28 17:43:39.249876');
INSERT INTO public._yoyo_migration VALUES ('c87f423fbd5b09de7b1bf23b9d7f7a7a49af1a9b80528b015e8f2f4f4fd8ea80', '0003.what-is-new', '2026-11-28 17:43:39.259423');

INSERT INTO public._yoyo_version VALUES (2, '2026-11-28 17:43:39.208763');

INSERT INTO public.counts VALUES ('kept', 17, 4);
INSERT INTO public.counts VALUES ('kept', 16, 6);
INSERT INTO public.counts VALUES ('parked', 17, 1);

INSERT INTO public.deliveries VALUES ('d0', 7, 100, 'event', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', 'waiting', 0, '', NULL, NULL, 0, NULL, false);
INSERT INTO public.deliveries VALUES ('d1', 7, 101, 'deleted', '2026-11-22 12:00:00+00', '2026-11-22 12:01:00+00', 'waiting', 0, '', NULL, NULL, 0, NULL, false);
INSERT INTO public.deliveries VALUES ('d2', 7, 102, 'deauthorised', '2026-11-22 12:00:00+00', '2026-11-22 12:02:00+00', 'waiting', 0, '', NULL, NULL, 0, NULL, false);
INSERT INTO public.deliveries VALUES ('d3', 7, 103, 'said', '2026-11-22 12:00:00+00', '2026-11-22 12:03:00+00', 'waiting', 0, '', NULL, NULL, 0, NULL, false);
INSERT INTO public.deliveries VALUES ('d4', 7, 104, 'reread', '2026-11-22 12:00:00+00', '2026-11-22 12:04:00+00', 'waiting', 0, '', NULL, NULL, 1, NULL, false);
INSERT INTO public.deliveries VALUES ('d5', 7, 105, 'sweep', '2026-11-22 12:00:00+00', '2026-11-22 12:05:00+00', 'waiting', 0, '', NULL, NULL, 1, NULL, false);
INSERT INTO public.deliveries VALUES ('d6', 7, 106, 'digest', '2026-11-22 12:00:00+00', '2026-11-22 12:06:00+00', 'waiting', 0, '', NULL, NULL, 1, NULL, false);
INSERT INTO public.deliveries VALUES ('d7', 7, 107, 'preview', '2026-11-22 12:00:00+00', '2026-11-22 12:07:00+00', 'waiting', 0, '', NULL, NULL, 1, NULL, false);
INSERT INTO public.deliveries VALUES ('inactive', 8, 200, 'event', '2026-11-22 12:00:00+00', '2026-11-22 17:00:00+00', 'waiting', 0, 'Strava says that the app is inactive: its owner needs a paid Strava subscription and switches the app on again at https://www.strava.com/settings/api; what waits then goes on by itself.', NULL, NULL, 0, NULL, false);
INSERT INTO public.deliveries VALUES ('parked', 8, 201, 'event', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', 'parked', 0, 'The runner must connect to Strava again; then this goes on by itself.', NULL, NULL, 0, NULL, false);

INSERT INTO public.looks VALUES (7, 41, '2026-11-22', '{"day": "2026-11-22", "tip": null, "text": "", "facts": null, "found": [], "start": "2026-11-22T10:00:00Z", "is_old": true, "mailed": true, "remark": "", "run_id": 41, "sealed": "gAAAAABrCxLLOv9NZCMs-hMcleyXa8mVDqCQuqc3okS6kE7QEe-X7RpudWFpWUg9NarOWf3xPLiY8J5_-8gefsx898mESWbGO91AwiR6Tk0QQ8IEHkmAyCjkaHoi4XZTPmp4Ql1GASw2kr-EO9vOqWmfnc96vX6QZGmL71_f6Sq_WQUsU25itCVGhQ8QC2NaocB1QThfk7lgXGzyzhtiH1yZClhuQ7f1IZUGZsWg4Er8mLuOSD8EJauc8KFdLyL9Ea2BvIO7EnjcoIUGkOUA3eOOyLuXt-G_xmOmskpzcAc34hPEdJzEwfxPRt7I4xTlNiO60fOtIFCVbujNXzdVS0nykZG083PIVz-zKT7K-VUAa9xoSFNYLJJ489Bu439pJW2NNTaogsilvRhiEydWy2f2DUWCs8UVmKRr2qwI08U9bKKuuNK6Qlrfd7C9gwHlB8-WJ5KOV9cf97Lnhgur9NSnPb3cq8LVXOxU6B2F1WLDLSVLunEOUKtAn_0ysRh55Lgr027M30hV8EUUEn0ZCP_-PrYaurk_z_AeVXf1ydqFSr0iUeghuN0LKAVnfI6ri_vHxhurR6zBoM4DAl_rVoW86doSwINIbxLVQcEOecgly2EE_1SmyqMPGvInlbuQepNvHd1qLyDLr430LKSdgkHrnBPFOdsghD5cp5HhWu1mshsB_w79b4mHimJwff9jiaLZlFWerR6LPXLRaEVK6kQhMO0bTaKOyW6Pe5haD4ZsXL7L1M37M5-oH2d0fRGNmBWd80exasYrpJjExAtMkAIwmGQOX493aFYd-S8YY8ggfGXiF4dYXM3yHJicM8822JiCxn29WAjOztYrNgeWR9UyU7DLegHXl9HpOtzB7F7gSitumipESHEahXjWHlT5_wYwcjGpZWUZeevV1CVQTlNc8ZbDTRlC-p2IwnUnlu1tHvTJatpCVvU=", "channel": "private_note", "telling": "told", "told_at": "2026-11-22T12:00:00Z", "looked_at": "2026-11-22T12:00:00Z", "reread_at": "2026-11-22T12:00:00Z", "runner_id": 7, "called_race": true, "judged_race": true, "odometer_is_late": true}');
INSERT INTO public.looks VALUES (7, 50, '2026-11-22', '{"day": "2026-11-22", "tip": null, "text": "x", "facts": null, "found": [], "start": null, "is_old": false, "mailed": false, "remark": "Strava did not keep the private note.", "run_id": 50, "sealed": null, "channel": "private_note", "telling": "nothing", "told_at": null, "looked_at": "2026-11-22T12:00:00Z", "reread_at": null, "runner_id": 7, "called_race": false, "judged_race": false, "odometer_is_late": false}');
INSERT INTO public.looks VALUES (7, 51, '2026-11-22', '{"day": "2026-11-22", "tip": null, "text": "x", "facts": null, "found": [], "start": null, "is_old": false, "mailed": false, "remark": "Strava did not keep the private note.", "run_id": 51, "sealed": null, "channel": "private_note", "telling": "sending", "told_at": null, "looked_at": "2026-11-22T12:00:00Z", "reread_at": null, "runner_id": 7, "called_race": false, "judged_race": false, "odometer_is_late": false}');
INSERT INTO public.looks VALUES (7, 52, '2026-11-22', '{"day": "2026-11-22", "tip": null, "text": "x", "facts": null, "found": [], "start": null, "is_old": false, "mailed": false, "remark": "Strava did not keep the private note.", "run_id": 52, "sealed": null, "channel": "private_note", "telling": "told", "told_at": null, "looked_at": "2026-11-22T12:00:00Z", "reread_at": null, "runner_id": 7, "called_race": false, "judged_race": false, "odometer_is_late": false}');
INSERT INTO public.looks VALUES (7, 53, '2026-11-22', '{"day": "2026-11-22", "tip": null, "text": "x", "facts": null, "found": [], "start": null, "is_old": false, "mailed": false, "remark": "Strava did not keep the private note.", "run_id": 53, "sealed": null, "channel": "private_note", "telling": "unknown", "told_at": null, "looked_at": "2026-11-22T12:00:00Z", "reread_at": null, "runner_id": 7, "called_race": false, "judged_race": false, "odometer_is_late": false}');
INSERT INTO public.looks VALUES (7, 54, '2026-11-22', '{"day": "2026-11-22", "tip": null, "text": "x", "facts": null, "found": [], "start": null, "is_old": false, "mailed": false, "remark": "Strava did not keep the private note.", "run_id": 54, "sealed": null, "channel": "private_note", "telling": "removed by the runner", "told_at": null, "looked_at": "2026-11-22T12:00:00Z", "reread_at": null, "runner_id": 7, "called_race": false, "judged_race": false, "odometer_is_late": false}');
INSERT INTO public.looks VALUES (7, 55, '2026-11-22', '{"day": "2026-11-22", "tip": null, "text": "x", "facts": null, "found": [], "start": null, "is_old": false, "mailed": false, "remark": "Strava did not keep the private note.", "run_id": 55, "sealed": null, "channel": "private_note", "telling": "taken out", "told_at": null, "looked_at": "2026-11-22T12:00:00Z", "reread_at": null, "runner_id": 7, "called_race": false, "judged_race": false, "odometer_is_late": false}');

INSERT INTO public.marks VALUES ('subscription', '{"id": 4711}');
INSERT INTO public.marks VALUES ('rounds', '{"check_hour": 20, "digest_day": "sunday"}');

INSERT INTO public.procrastinate_events VALUES (1, 1, 'deferred', '2026-11-28 17:43:39.316487+00');
INSERT INTO public.procrastinate_events VALUES (2, 2, 'scheduled', '2026-11-22 12:01:00+00');
INSERT INTO public.procrastinate_events VALUES (3, 2, 'deferred', '2026-11-28 17:43:39.322083+00');
INSERT INTO public.procrastinate_events VALUES (4, 3, 'scheduled', '2026-11-22 12:02:00+00');
INSERT INTO public.procrastinate_events VALUES (5, 3, 'deferred', '2026-11-28 17:43:39.325692+00');
INSERT INTO public.procrastinate_events VALUES (6, 4, 'scheduled', '2026-11-22 12:03:00+00');
INSERT INTO public.procrastinate_events VALUES (7, 4, 'deferred', '2026-11-28 17:43:39.327116+00');
INSERT INTO public.procrastinate_events VALUES (8, 5, 'scheduled', '2026-11-22 12:04:00+00');
INSERT INTO public.procrastinate_events VALUES (9, 5, 'deferred', '2026-11-28 17:43:39.32834+00');
INSERT INTO public.procrastinate_events VALUES (10, 6, 'scheduled', '2026-11-22 12:05:00+00');
INSERT INTO public.procrastinate_events VALUES (11, 6, 'deferred', '2026-11-28 17:43:39.329749+00');
INSERT INTO public.procrastinate_events VALUES (12, 7, 'scheduled', '2026-11-22 12:06:00+00');
INSERT INTO public.procrastinate_events VALUES (13, 7, 'deferred', '2026-11-28 17:43:39.330912+00');
INSERT INTO public.procrastinate_events VALUES (14, 8, 'scheduled', '2026-11-22 12:07:00+00');
INSERT INTO public.procrastinate_events VALUES (15, 8, 'deferred', '2026-11-28 17:43:39.331981+00');
INSERT INTO public.procrastinate_events VALUES (16, 9, 'deferred', '2026-11-28 17:43:39.332977+00');
INSERT INTO public.procrastinate_events VALUES (17, 10, 'scheduled', '2026-11-22 17:00:00+00');
INSERT INTO public.procrastinate_events VALUES (18, 10, 'deferred', '2026-11-28 17:43:39.333911+00');
INSERT INTO public.procrastinate_events VALUES (19, 11, 'deferred', '2026-11-28 17:43:39.335597+00');

INSERT INTO public.procrastinate_jobs VALUES (1, 'deliveries', 'footnote:attend', 1, NULL, NULL, '{"delivery_id": "d0"}', 'todo', NULL, 0, false, NULL);
INSERT INTO public.procrastinate_jobs VALUES (2, 'deliveries', 'footnote:attend', 1, NULL, NULL, '{"delivery_id": "d1"}', 'todo', '2026-11-22 12:01:00+00', 0, false, NULL);
INSERT INTO public.procrastinate_jobs VALUES (3, 'deliveries', 'footnote:attend', 1, NULL, NULL, '{"delivery_id": "d2"}', 'todo', '2026-11-22 12:02:00+00', 0, false, NULL);
INSERT INTO public.procrastinate_jobs VALUES (4, 'deliveries', 'footnote:attend', 1, NULL, NULL, '{"delivery_id": "d3"}', 'todo', '2026-11-22 12:03:00+00', 0, false, NULL);
INSERT INTO public.procrastinate_jobs VALUES (5, 'deliveries', 'footnote:attend', 0, NULL, NULL, '{"delivery_id": "d4"}', 'todo', '2026-11-22 12:04:00+00', 0, false, NULL);
INSERT INTO public.procrastinate_jobs VALUES (6, 'deliveries', 'footnote:attend', 0, NULL, NULL, '{"delivery_id": "d5"}', 'todo', '2026-11-22 12:05:00+00', 0, false, NULL);
INSERT INTO public.procrastinate_jobs VALUES (7, 'deliveries', 'footnote:attend', 0, NULL, NULL, '{"delivery_id": "d6"}', 'todo', '2026-11-22 12:06:00+00', 0, false, NULL);
INSERT INTO public.procrastinate_jobs VALUES (8, 'deliveries', 'footnote:attend', 0, NULL, NULL, '{"delivery_id": "d7"}', 'todo', '2026-11-22 12:07:00+00', 0, false, NULL);
INSERT INTO public.procrastinate_jobs VALUES (9, 'deliveries', 'footnote:attend', 1, NULL, NULL, '{"delivery_id": "inactive"}', 'todo', NULL, 0, false, NULL);
INSERT INTO public.procrastinate_jobs VALUES (10, 'deliveries', 'footnote:attend', 1, NULL, NULL, '{"delivery_id": "inactive"}', 'todo', '2026-11-22 17:00:00+00', 0, false, NULL);
INSERT INTO public.procrastinate_jobs VALUES (11, 'deliveries', 'footnote:attend', 1, NULL, NULL, '{"delivery_id": "parked"}', 'todo', NULL, 0, false, NULL);

INSERT INTO public.queue_schema VALUES ('00.00.00_01_initial', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.05.00_01_drop_started_at_column', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.05.00_02_drop_started_at_column', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.05.00_03_drop_procrastinate_version_table', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.06.00_01_fix_procrastinate_fetch_job', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.07.01_01_fix_trigger_status_events_insert', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.08.01_01_add_queueing_lock_column', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.10.00_01_close_fetch_job_race_condition', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.10.00_02_add_defer_job_function', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.11.00_03_add_procrastinate_periodic_defers', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.12.00_01_add_foreign_key_index', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.14.00_01_add_locks_to_periodic_defer', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.15.02_01_fix_procrastinate_defer_periodic_job', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.16.00_01_add_finish_job_and_retry_job_functions', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.17.00_01_add_trigger_on_job_deletion', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.17.00_02_delete_finished_jobs', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.17.00_03_add_checks_to_finish_job', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.17.00_04_add_checks_to_retry_job', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.18.01_01_fix_finish_job_compat_issue', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.19.00_01_add_index_on_procrastinate_jobs', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.22.00_01_add_kwargs_to_defer_periodic_job', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('00.23.00_01_null_locks_excluded', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('01.00.00_01_remove_old_finish_job_function', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('01.01.01_01_job_id_bigint', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('02.00.03_01_add_job_priority', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('02.05.00_01_add_periodic_job_priority', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('02.06.00_01_add_cancel_states', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('02.08.00_01_add_additional_params_to_retry_job', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('02.14.01_01_add_indexes_for_fetch_job', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('03.00.00_01_pre_cancel_notification', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('03.00.00_50_post_cancel_notification', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('03.01.00_01_pre_add_heartbeat', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('03.01.00_50_post_add_heartbeat', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('03.02.00_01_pre_batch_defer_jobs', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('03.02.00_50_post_batch_defer_jobs', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('03.03.00_01_pre_priority_lock_fetch_job', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('03.04.00_01_pre_add_retry_failed_job_procedure', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('03.04.00_50_post_add_retry_failed_job_procedure', '2026-11-28 17:43:39.267561+00');
INSERT INTO public.queue_schema VALUES ('version 3.10.0', '2026-11-28 17:43:39.267561+00');

INSERT INTO public.runners VALUES (7, '{"id": 7, "name": "Zoë <b>Ünlü</b>", "pairs": {"g1": {"shoe": {"id": "g1", "kind": "trail", "name": "Ghost 15", "look_m": "400000.10", "replace_m": "700000", "is_retired": true}, "of_run": 41, "seen_at": "2026-11-22T12:00:00Z", "start_m": "1000", "before_m": "492345.60", "odometer_m": "512345.70"}}, "scopes": ["read", "activity:read_all"], "tokens": "gAAAAABrCxLL1D7IWOTspQzTtvx0awDVCJflw_4lbg2MDb0oZlyvkPTzwvVpxpYns2b6nFtHyjVr2hQLXIlvKpZlLdj6N1MekhnkV9Kf3i0UCN9uRHVZWxmFUV3rFp2DwukRsnwl9vyek3J_cj5yAMfAWk1s-83GAy4hSpc2HQSq5as7VQPgsDZrqSXi97P-slKXMG33JXxg", "lost_at": "2026-11-22T11:59:00Z", "settings": {"email": "gAAAAABrCxLLBuc70i5T1OPUdLUr-R8f7cWC1eglrxxKfzAzvkmRoN78ZZkHzEZrItwG5tRaJdp2tnWnM3aW_L9FvGUaqshL1OrzoxOiDGFfvmiLaSV_GjM=", "units": "mi", "digest": false, "paused": true, "channel": "email", "snoozed": {"*": "2026-11-22", "ramp": "2026-11-22"}, "language": "de", "public_ok": true, "rules_off": ["cadence"], "check_hour": 6, "digest_day": "friday", "strict_ramp": true, "week_starts": "sunday", "email_bounced": true, "reads_soreness": true, "email_confirmed": true}, "soreness": "gAAAAABrCxLLyvxPNL5BqhCKcEyJenwA7QPwTnx_N21mfX8H_NFyMqocOniJtOYK_PQKvSnPkaPc0CQLkpQaocgiXRpez1e0E_fPKKJVVeUp98goRIv2mMjuAp0Kx8IZSAdG_BMiAG3wHBP-7lGxVc8Mmpr0iBWvhrxtNDa4O-dB4io-7CuR8hUo0bRs2FsiTAEUDbaC7uRJViqERqsZxTMhR0ZbGutwl76HjrnRvZrNTdAA1fzOPr4=", "swept_on": "2026-11-22", "timezone": "America/New_York", "looked_on": "2026-11-22", "told_once": {"worn_shoe g1 500": 41}, "consent_at": "2026-11-22T11:59:00Z", "dismissals": [{"day": "2026-11-22", "rule": "ramp"}], "digested_on": "2026-11-22", "connected_at": "2026-11-22T12:00:00Z", "must_reconnect": true, "consent_version": "2", "failed_channels": ["private_note"], "told_to_reconnect": true}', '-infinity');
INSERT INTO public.runners VALUES (8, '{"id": 8, "name": "Kim", "pairs": {}, "scopes": [], "tokens": null, "lost_at": null, "settings": {"email": null, "units": "km", "digest": true, "paused": false, "channel": "private_note", "snoozed": {}, "language": null, "public_ok": false, "rules_off": [], "check_hour": null, "digest_day": null, "strict_ramp": false, "week_starts": "monday", "email_bounced": false, "reads_soreness": false, "email_confirmed": false}, "soreness": [], "swept_on": null, "timezone": "UTC", "looked_on": null, "told_once": {}, "consent_at": null, "dismissals": [], "digested_on": null, "connected_at": "2026-11-22T12:00:00Z", "must_reconnect": false, "consent_version": "1", "failed_channels": [], "told_to_reconnect": false}', '-infinity');

INSERT INTO public.snapshots VALUES (7, '{"runs": [{"id": "41", "day": "2026-11-22", "shoe": "g1", "sport": "trail", "start": "2026-11-22T12:00:00Z", "cadence": "81.25", "climb_m": "120.5", "is_race": true, "moving_s": "3000", "elapsed_s": "3100", "distance_m": "10000.10", "is_flagged": false, "is_workout": true, "is_treadmill": true, "hour_is_hidden": true}], "wear": [{"id": "41", "shoe": "g1", "start": "2026-11-22T12:00:00Z", "distance_m": "10000.10"}], "progress": "page 1", "runner_id": 7, "fetched_at": "2026-11-22T12:00:00Z"}');

SELECT pg_catalog.setval('public.lives', 1, false);

SELECT pg_catalog.setval('public.procrastinate_events_id_seq', 19, true);

SELECT pg_catalog.setval('public.procrastinate_jobs_id_seq', 11, true);

SELECT pg_catalog.setval('public.procrastinate_periodic_defers_id_seq', 1, false);

SELECT pg_catalog.setval('public.procrastinate_workers_id_seq', 1, false);

ALTER TABLE ONLY public._yoyo_log
    ADD CONSTRAINT _yoyo_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public._yoyo_migration
    ADD CONSTRAINT _yoyo_migration_pkey PRIMARY KEY (migration_hash);

ALTER TABLE ONLY public._yoyo_version
    ADD CONSTRAINT _yoyo_version_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.counts
    ADD CONSTRAINT counts_pkey PRIMARY KEY (name, slot);

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.looks
    ADD CONSTRAINT looks_pkey PRIMARY KEY (runner_id, run_id);

ALTER TABLE ONLY public.marks
    ADD CONSTRAINT marks_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);

ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.queue_schema
    ADD CONSTRAINT queue_schema_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.runners
    ADD CONSTRAINT runners_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.snapshots
    ADD CONSTRAINT snapshots_pkey PRIMARY KEY (runner_id);

ALTER TABLE ONLY public.used_once
    ADD CONSTRAINT used_once_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.yoyo_lock
    ADD CONSTRAINT yoyo_lock_pkey PRIMARY KEY (locked);

CREATE INDEX deliveries_next ON public.deliveries USING btree (urgency, due_at, received_at, id) WHERE (state = 'waiting'::text);

CREATE UNIQUE INDEX deliveries_one_taken ON public.deliveries USING btree (runner_id) WHERE (state = 'taken'::text);

CREATE UNIQUE INDEX deliveries_wait_once ON public.deliveries USING btree (runner_id, run_id, why) WHERE (state = 'waiting'::text);

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);

CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));

CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);

CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);

CREATE INDEX runners_to_visit ON public.runners USING btree (visit_at);

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();

CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();

ALTER TABLE ONLY public.looks
    ADD CONSTRAINT looks_runner_id_fkey FOREIGN KEY (runner_id) REFERENCES public.runners(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);

ALTER TABLE ONLY public.snapshots
    ADD CONSTRAINT snapshots_runner_id_fkey FOREIGN KEY (runner_id) REFERENCES public.runners(id) ON DELETE CASCADE;

