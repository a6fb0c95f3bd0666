import FoundationEssentials

/// A stack of one database whose keys are of every kind that has a form of its own, with references between them that
/// break in one row each.
enum OddKeysStack {
  /// Rules of the stack; each is violated by one row.
  static let rules = ["amounts", "codes", "days", "numbers", "pairs", "texts", "uuids"].map { "\($0)-exist" }

  /// Writes the stack below a folder; answers the file that describes it.
  static func write(to folder: String) throws -> String {
    for (name, text) in ["stack.yaml": stack, "init.sql": script, "keys.odcs.yaml": contract] {
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }
    return "\(folder)/stack.yaml"
  }

  private static let stack = """
    concord: 1
    name: odd keys
    contracts: {data: keys.odcs.yaml}
    stores:
      key-db:
        kind: postgresql
        embedded: {database: keys, user: keeper, password: "it's \\\\ \\"secret\\"; -- x", init: init.sql}
    """

  private static let script = #"""
    CREATE SCHEMA "odd ""schema";
    SET search_path = "odd ""schema";
    CREATE TABLE targets (uuid uuid, text text, code char(6), amount numeric, day timestamptz, number bigint UNIQUE,
      one int, two text);
    INSERT INTO targets SELECT ('00000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid, E'k\t"' || i || E'\\ é;$', 'c' || i,
      i + 0.5, TIMESTAMPTZ '2026-01-01 00:00:00+00' + i * INTERVAL '1 hour', i * 3, i, 't' || i FROM generate_series(1, 300) AS i;
    CREATE TABLE uses (id int PRIMARY KEY, uuid uuid, text text, code char(6), amount numeric(12,4), day timestamptz, number int,
      one int, two text, note text);
    INSERT INTO uses SELECT i + n * 1000, uuid, text, code, amount, day, number, one, two, 'it''s; ${x} \'
      FROM (SELECT row_number() OVER () AS i, * FROM targets) AS t, generate_series(0, 2) AS n;
    CREATE INDEX ON uses (number);
    INSERT INTO uses (id, note) SELECT 5000 + i, 'it''s; ${x} \' FROM generate_series(1, 50) AS i;
    UPDATE uses SET uuid = '00000000-0000-0000-0000-00000000ffff' WHERE id = 1;
    UPDATE uses SET text = E'k\t"2\\ e\u0301;$' WHERE id = 2;
    UPDATE uses SET code = 'c999' WHERE id = 3;
    UPDATE uses SET amount = 4.5001 WHERE id = 4;
    UPDATE uses SET day = day + INTERVAL '1 microsecond' WHERE id = 5;
    UPDATE uses SET number = 19 WHERE id = 6;
    UPDATE uses SET two = 't8' WHERE id = 7;
    INSERT INTO uses (id, number, note) VALUES (9000, 7, 'of no interest');
    """#

  private static let contract = #"""
    apiVersion: v3.1.0
    kind: DataContract
    id: keys
    version: 1.0.0
    status: active
    servers: [{server: key-db, type: postgres, host: h, port: 1, database: keys, schema: 'odd "schema'}]
    schema:
      - name: targets
        properties: [{name: uuid}, {name: text}, {name: code}, {name: amount}, {name: day}, {name: number}, {name: one}, {name: two}]
      - name: uses
        properties:
          - {name: id, primaryKey: true}
          - {name: uuid, relationships: [{to: targets.uuid, customProperties: [{property: concord.id, value: uuids-exist}]}]}
          - {name: text, relationships: [{to: targets.text, customProperties: [{property: concord.id, value: texts-exist}]}]}
          - {name: code, relationships: [{to: targets.code, customProperties: [{property: concord.id, value: codes-exist}]}]}
          - {name: amount, relationships: [{to: targets.amount, customProperties: [{property: concord.id, value: amounts-exist}]}]}
          - {name: day, relationships: [{to: targets.day, customProperties: [{property: concord.id, value: days-exist}]}]}
          - name: number
            relationships:
              - to: targets.number
                customProperties:
                  - {property: concord.id, value: numbers-exist}
                  - {property: concord.filter, value: "note = 'it''s; ${x} \\'"}
          - {name: one}
          - {name: two}
        relationships:
          - from: [uses.one, uses.two]
            to: [targets.one, targets.two]
            customProperties: [{property: concord.id, value: pairs-exist}]
    """#
}
