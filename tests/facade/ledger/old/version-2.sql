-- A ledger of version 2, as it was: that of version 1, with a cohort and a decision. Its key is 32 times the letter k. Never change it.
BEGIN TRANSACTION;
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    vendor TEXT NOT NULL,
    mode TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (vendor, mode, name)
);
INSERT INTO "account" VALUES(1,'record','test','default');
CREATE TABLE account_key (
    fingerprint BLOB NOT NULL,
    account INTEGER NOT NULL REFERENCES account,
    PRIMARY KEY (fingerprint, account)
) WITHOUT ROWID;
INSERT INTO "account_key" VALUES(X'21AF40BD08C5FE2684917DF14714954EF9007E0F8B4FAA1424EF51CCC480E4AA',1);
CREATE TABLE attempt (
    id INTEGER PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    operation TEXT NOT NULL,
    label TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    settles_at INTEGER NOT NULL,
    count INTEGER NOT NULL
);
INSERT INTO "attempt" VALUES(1,'ck-old','record:test:default','issueCredentials','May',1777636800000000,1777637100000000,2);
CREATE TABLE cohort (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    template TEXT NOT NULL,
    label TEXT NOT NULL,
    source TEXT NOT NULL,
    columns TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
INSERT INTO "cohort" VALUES(1,'april','record:test:default','prog_1','April','ab','{}',1777636800000000);
CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    fence BLOB NOT NULL,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    state TEXT NOT NULL,
    credential TEXT
);
INSERT INTO "decision" VALUES(1,X'34594667586E4C4172696C456C504C446F66417438553449',1777636800000000,'ada','seen in the portal','issued','rec_1');
CREATE TABLE intent (
    row INTEGER PRIMARY KEY,
    fence BLOB NOT NULL UNIQUE,
    account TEXT NOT NULL,
    template TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sending', 'unknown', 'issued', 'rejected')),
    attempt INTEGER NOT NULL REFERENCES attempt,
    position INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    reference TEXT,
    ticket TEXT,
    code TEXT,
    retryable INTEGER NOT NULL DEFAULT 0,
    credential TEXT,
    status TEXT,
    batch TEXT,
    url TEXT,
    delivery TEXT,
    issued_at INTEGER,
    expires_at INTEGER,
    erased_at INTEGER
, cohort INTEGER REFERENCES cohort);
INSERT INTO "intent" VALUES(1,X'34594667586E4C4172696C456C504C446F66417438553449','record:test:default','prog_1','issued',1,0,1777636800000000,'enrol-1',NULL,NULL,0,'rec_1','issued','batch_1','https://vendor.example/rec_1',NULL,1777636800000000,NULL,NULL,NULL);
INSERT INTO "intent" VALUES(2,X'302F584E3656736D71724F4644526C644157395374534443','record:test:default','prog_1','unknown',1,1,1777636800000000,'enrol-2','{"v":1}','answer_lost',1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE ledger (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    key_check BLOB NOT NULL
);
INSERT INTO "ledger" VALUES(1,X'E78FC73BD1FA5C134D9817C60704023B8DB0D65D2DFBB483883BBB97B9878054');
CREATE TABLE target (
    account TEXT NOT NULL,
    template TEXT NOT NULL,
    PRIMARY KEY (account, template)
) WITHOUT ROWID;
INSERT INTO "target" VALUES('record:test:default','prog_1');
CREATE INDEX intent_of_credential ON intent (credential) WHERE credential IS NOT NULL;
CREATE INDEX intent_unsettled ON intent (row) WHERE state IN ('sending', 'unknown');
CREATE INDEX intent_of_cohort ON intent (cohort, row) WHERE cohort IS NOT NULL;
CREATE INDEX decision_of_intent ON decision (fence);
COMMIT;
PRAGMA application_id = 1131105383;
PRAGMA user_version = 2;
