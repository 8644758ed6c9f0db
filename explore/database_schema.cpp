#include "explore/database_schema.h"

namespace attnsim::explore {

const char* const database_schema = R"sql(
CREATE TABLE point (                -- what came of a point, whichever sweep asked for it
  key TEXT PRIMARY KEY NOT NULL,    -- SHA-256 of everything that the result depends on
  status TEXT NOT NULL,             -- ok, invalid, infeasible, internal, crashed, timed out, out of memory
  error TEXT NOT NULL,              -- what went wrong; empty where ok
  arch TEXT NOT NULL,               -- names, as in the files
  mapping TEXT NOT NULL,
  cascade TEXT NOT NULL,
  model TEXT NOT NULL,
  shapes TEXT NOT NULL,             -- of the cascade's whole ranks, as JSON: {"B":64,"P":4096}
  cycles INTEGER,                   -- from here on: NULL unless ok
  seconds REAL,
  energy_pj REAL,
  area_um2 REAL,                    -- of the chip; NULL unless known of all of it
  bound_cycles INTEGER,             -- no execution of this mapping is faster
  bound_by TEXT,                    -- the unit whose occupancy that is
  algorithm_bound_cycles INTEGER,   -- no mapping of the cascade on the machine is faster; NULL: not known
  algorithm_bound_by TEXT,
  buffer_bytes INTEGER,             -- held by the mapping in all memories on the chip
  details TEXT                      -- the whole result, as `attnsim simulate --json` has it
);
CREATE TABLE sweep (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL,               -- its file
  version TEXT NOT NULL             -- of the program that its keys are of
);
CREATE TABLE sweep_point (          -- the points of a sweep in its order, done or not
  sweep INTEGER NOT NULL REFERENCES sweep,
  position INTEGER NOT NULL,        -- from 0
  key TEXT NOT NULL,                -- of its row in point, once it is done
  arch TEXT NOT NULL,               -- as the sweep gives it, like all that follows
  mapping TEXT NOT NULL,
  cascade TEXT NOT NULL,
  model TEXT NOT NULL,
  seq TEXT NOT NULL,                -- "64K"
  length INTEGER,                   -- the same as a number
  shape TEXT NOT NULL,
  sets TEXT NOT NULL,               -- JSON: ["XPATH=VALUE", ...]
  causal INTEGER NOT NULL,
  kernel_parameters TEXT NOT NULL,
  PRIMARY KEY (sweep, position)
) WITHOUT ROWID;
CREATE INDEX sweep_point_key ON sweep_point (key);
CREATE TABLE parameter (            -- what a sweep varies
  sweep INTEGER NOT NULL REFERENCES sweep,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  value,                            -- INTEGER or REAL where the text is a number, else the text
  text TEXT NOT NULL,
  PRIMARY KEY (sweep, position, name)
) WITHOUT ROWID;
CREATE TABLE run (                  -- invocations that worked on a sweep: who, when, how much
  id INTEGER PRIMARY KEY,
  sweep INTEGER NOT NULL REFERENCES sweep,
  command TEXT NOT NULL,
  version TEXT NOT NULL,
  started TEXT NOT NULL,            -- UTC, ISO 8601
  finished TEXT,                    -- NULL: killed, or still at work
  computed INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0 -- of the computed
);
CREATE VIEW result AS               -- the points of all sweeps that are done
SELECT sweep.name AS sweep, position, sweep_point.seq, length, point.*
FROM sweep_point JOIN sweep ON sweep.id = sweep_point.sweep JOIN point USING (key);
CREATE VIEW best AS                 -- the fastest of each sweep, model and length
SELECT sweep, model, seq, arch, mapping, cycles, seconds, energy_pj, area_um2, bound_by, position, key
FROM (SELECT *, row_number() OVER (PARTITION BY sweep, model, length ORDER BY cycles, position) AS place
      FROM result WHERE status = 'ok')
WHERE place = 1 ORDER BY sweep, model, position;
CREATE VIEW failure AS              -- why points fail, and how many
SELECT sweep, status, error, count(*) AS points, min(position) AS first
FROM result WHERE status <> 'ok' GROUP BY sweep, status, error ORDER BY points DESC, first;
CREATE VIEW traffic AS              -- bytes in and out of each memory
SELECT point.key, memory.key AS memory, json_extract(memory.value, '$.read') AS read_bytes,
       json_extract(memory.value, '$.write') AS write_bytes
FROM point, json_each(details, '$.traffic_bytes') AS memory;
CREATE VIEW energy AS               -- picojoules of each component
SELECT point.key, component.key AS component, component.value AS pj
FROM point, json_each(details, '$.energy_pj_by') AS component;
CREATE VIEW utilization AS          -- useful lane-cycles of each unit over all that it has, 0 to 1
SELECT point.key, unit.key AS unit, unit.value AS utilization
FROM point, json_each(details, '$.utilization') AS unit;
CREATE VIEW einsum AS               -- what each Einsum takes of its unit
SELECT point.key, json_extract(einsum.value, '$.name') AS einsum,
       json_extract(einsum.value, '$.unit') AS unit,
       json_extract(einsum.value, '$.busy_cycles') AS busy_cycles,
       json_extract(einsum.value, '$.utilization') AS utilization
FROM point, json_each(details, '$.einsums') AS einsum;
)sql";

}  // namespace attnsim::explore
