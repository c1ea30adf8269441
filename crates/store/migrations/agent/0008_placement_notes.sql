-- Why a placement is where it is, in the agent's language: what ended its last attempt.

ALTER TABLE placements ADD COLUMN note TEXT;
