import DataContract
import Testing
import YAMLSource

@Suite("Problems of data contracts")
struct DataContractProblemTests {
  private func problems(_ files: [String: String]) -> String {
    let (_, diagnostics) = DataContractSet.load(files: files.keys.sorted(), loader: SourceLoader(files: files))
    return diagnostics.map(\.description).joined(separator: "\n")
  }

  private func contract(_ id: String, _ schema: String) -> String {
    "kind: DataContract\napiVersion: v3.1.0\nid: \(id)\nversion: '1'\nstatus: active\nschema:\n" + schema
  }

  @Test("dangling references are reported with the nearest name")
  func dangling() {
    let users = contract("u", "  - {name: users, properties: [{name: uid}, {name: email}]}\n")
    let orders = contract(
      "o",
      """
        - name: orders
          properties:
            - {name: a, relationships: [{to: user.odcs.yaml#/schema/users/properties/uid}]}
            - {name: b, relationships: [{to: users.odcs.yaml#/schema/usrs/properties/uid}]}
            - {name: c, relationships: [{to: users.odcs.yaml#/schema/users/properties/uuid}]}
            - {name: d, relationships: [{to: users.uid}]}
            - {name: e, relationships: [{to: ordrs.a}]}
            - {name: f, relationships: [{to: orders.aa.b}]}
            - {name: g, relationships: [{from: orders.a, to: [orders.a, orders.b]}]}
          relationships:
            - {from: [orders.a], to: orders.b}
            - {from: orders.nobody, to: orders.a}
      """)
    #expect(
      problems(["d/users.odcs.yaml": users, "d/orders.odcs.yaml": orders]) == """
        d/orders.odcs.yaml:9:40: error: the reference 'user.odcs.yaml#/schema/users/properties/uid' names the unknown contract 'user.odcs.yaml'
          did you mean 'users.odcs.yaml'?
        d/orders.odcs.yaml:10:40: error: the reference 'users.odcs.yaml#/schema/usrs/properties/uid' names the unknown object 'usrs' of 'd/users.odcs.yaml'
          did you mean 'users'?
        d/orders.odcs.yaml:11:40: error: the reference 'users.odcs.yaml#/schema/users/properties/uuid' names the unknown property 'uuid' of 'users' in 'd/users.odcs.yaml'
          did you mean 'uid'?
        d/orders.odcs.yaml:12:40: error: the reference 'users.uid' names the unknown object 'users' of 'd/orders.odcs.yaml'
          for another contract write 'users.odcs.yaml#/schema/users/properties/uid'
        d/orders.odcs.yaml:13:40: error: the reference 'ordrs.a' names the unknown object 'ordrs' of 'd/orders.odcs.yaml'
          did you mean 'orders'?
        d/orders.odcs.yaml:14:40: error: the reference 'orders.aa.b' cannot be read
          write 'table.column', or 'other.odcs.yaml#/schema/table/properties/column' for another contract
        d/orders.odcs.yaml:15:36: error: a relationship of a property cannot have 'from'
          leave it out: it is the property itself; or move the relationship to the object
        d/orders.odcs.yaml:15:56: error: the relationship has 1 referring columns and refers to 2
          name as many columns in 'to' as in 'from'
        d/orders.odcs.yaml:17:32: error: 'from' and 'to' must both be one column or both be lists
        d/orders.odcs.yaml:18:16: error: the reference 'orders.nobody' names the unknown property 'nobody' of 'orders' in 'd/orders.odcs.yaml'
          possible: 'a', 'b', 'c', 'd', 'e', 'f', 'g'
        """)
  }

  @Test("our custom properties are read strictly")
  func custom() {
    let text = contract(
      "o",
      """
        - name: orders
          physicalType: query
          customProperties: [{property: concord.querry, value: SELECT 1}, {property: other.tool, value: 1}]
          properties:
            - name: a
              customProperties: [{property: concord.id, value: x}]
              relationships:
                - to: orders.a
                  customProperties:
                    - {property: concord.sevrity, value: error}
                    - {property: concord.id, value: Not Kebab}
                    - {property: concord.severity, value: eror}
                    - {property: concord.filter, value: {field: a, op: '==', value: 1}}
                    - {property: concord.rows, value: SELECT 1}
          quality:
            - {type: text, customProperties: [{property: concord.rows, value: SELECT 1}]}
            - type: sql
              query: SELECT 1
              mustBe: 0
              customProperties: [{property: concord.rows, value: SELECT 1}, {property: concord.rows, value: SELECT 2}]
        - name: docs
          physicalType: collection
          customProperties: [{property: concord.query, value: SELECT 1}, {property: concord.basis, value: SELECT 1}]
          quality: [{metric: rowCount, mustBe: 1, customProperties: [{property: concord.filter, value: a = 1}]}]
      """)
    #expect(
      problems(["o.yaml": text]) == """
        o.yaml:7:5: error: the object 'orders' of type 'query' lacks its query
          add the custom property 'concord.query' with a SELECT
        o.yaml:9:35: error: an object of the schema has the unknown property 'concord.querry'
          did you mean 'concord.query'?
        o.yaml:12:39: error: a property has the unknown property 'concord.id'
          it belongs to a relationship
        o.yaml:16:28: error: a relationship has the unknown property 'concord.sevrity'
          did you mean 'concord.severity'?
        o.yaml:17:47: error: the rule id 'Not Kebab' is not in kebab case
          write 'not-kebab'
        o.yaml:18:53: error: 'concord.severity' cannot be 'eror'
          did you mean 'error'?
        o.yaml:19:51: error: 'concord.filter' of a table must be a condition in SQL, found a mapping
          write for example "status <> 'CANCELLED'"
        o.yaml:20:28: error: a relationship has the unknown property 'concord.rows'
          it belongs to a quality rule
        o.yaml:22:73: error: 'concord.rows' is only for rules of type 'sql'
        o.yaml:26:82: error: the custom property 'concord.rows' is written twice
          keep one of them
        o.yaml:26:103: error: 'concord.rows' needs 'concord.key'
          name the first columns of the query, which identify a row
        o.yaml:29:57: error: the object 'docs' has a 'concord.query' but is no query
          write 'physicalType: query'
        o.yaml:29:101: error: the object 'docs' has a 'concord.basis' but is neither view nor query
          take it out: the versions of its own rows tell whether they changed
        o.yaml:30:98: error: 'concord.filter' of a collection cannot be SQL
          write {field: is_active, op: '==', value: true}, or a list of such conditions
        """)
  }

  @Test("what a custom property names must be a property of the object")
  func namedProperties() {
    let text = contract(
      "o",
      """
        - name: orders
          properties: [{name: created_at}, {name: request_id}]
          customProperties:
            - {property: concord.writtenAt, value: createdAt}
            - {property: concord.requestId, value: request-id}
        - name: logs
          properties: [{name: created_at}, {name: request_id}]
          customProperties:
            - {property: concord.writtenAt, value: created_at}
            - {property: concord.requestId, value: request_id}
      """)
    #expect(
      problems(["o.yaml": text]) == """
        o.yaml:10:46: error: 'orders' has no property 'createdAt'
          did you mean 'created_at'?
        o.yaml:11:46: error: 'orders' has no property 'request-id'
          did you mean 'request_id'?
        """)
  }

  @Test("rules without what they need are reported")
  func rules() {
    let text = contract(
      "o",
      """
        - name: orders
          properties: [{name: a, logicalType: text, logicalTypeOptions: {}}, {name: a}, {name: b, logicalType: string, logicalTypeOptions: {maxlength: 3}}]
          quality:
            - {metric: rowcount, mustBe: 0}
            - {metric: rowCount}
            - {metric: rowCount, mustBe: 0, mustNotBe: 1}
            - {metric: rowCount, mustBeBetween: [5, 1]}
            - {metric: rowCount, mustBeLessThan: few}
            - {type: sql, mustBe: 0}
            - {type: custom, engine: e}
            - {type: texts}
            - {type: text, severity: high, dimension: consistancy, mustBe: 0}
      slaProperties:
        - {property: retention, value: 30, unit: moons, element: order.a}
        - {property: latency, value: 3, element: orders.c}
      servers:
        - {server: s, type: postgres, host: h, port: '5432', database: d}
        - {server: s, type: postgrs}
      foo: 1
      """)
    let found = problems(["o.yaml": text])
    let expected = [
      "'logicalType' of a property cannot be 'text'", "the property 'a' is declared twice",
      "'maxlength' is no option of the type 'string'\n  did you mean 'maxLength'?",
      "'metric' of a quality rule cannot be 'rowcount'\n  did you mean 'rowCount'?",
      "o.yaml:11:9: error: the quality rule lacks an operator",
      "o.yaml:12:39: error: the quality rule has several operators: mustBe, mustNotBe",
      "'mustBeBetween' must be two numbers, the smaller first",
      "'mustBeLessThan' must be a number, found the string 'few'", "a quality rule lacks 'query'",
      "a quality rule lacks 'implementation'", "'type' of a quality rule cannot be 'texts'\n  did you mean 'text'?",
      "warning: the severity 'high' is taken for 'error'", "cannot be 'consistancy'\n  did you mean 'consistency'?",
      "a quality rule has an unknown key 'mustBe'", "a retention needs a whole number and a unit of time",
      "names the unknown object 'order'\n  did you mean 'orders'?", "names the unknown property 'c' of 'orders'",
      "'port' of a server must be an integer, found the string '5432'", "a server lacks 'schema'",
      "'type' of a server cannot be 'postgrs'\n  did you mean 'postgres'?",
      "the data contract has an unknown key 'foo'",
    ]
    for line in expected { #expect(found.contains(line), "\(line)\nin\n\(found)") }
  }

  @Test("ids of contracts and rules are unique over the whole set")
  func uniqueness() {
    let rule = "{type: text, customProperties: [{property: concord.id, value: same}]}"
    let a = contract("x", "  - {name: a, quality: [\(rule)]}\n")
    let b = contract("x", "  - {name: b, quality: [\(rule)]}\n")
    #expect(
      problems(["a.yaml": a, "b.yaml": b]) == """
        b.yaml:3:5: error: the contract id 'x' is used by 'a.yaml' too
          give each contract an id of its own
        b.yaml:7:25: error: the rule id 'same' is used twice; it is already at a.yaml:7:25
          give one of them another 'concord.id'
        """)
  }

  @Test("what every contract needs is missed all at once; a contract that cannot be read hides no other problem")
  func heads() {
    let found = problems(["a.yaml": "kind: Contract\napiVersion: v2.2.0\n", "b.yaml": "x: ["])
    let expected = [
      "'kind' must be 'DataContract', found 'Contract'", "'apiVersion' of the data contract cannot be 'v2.2.0'",
      "the data contract lacks 'id'", "the data contract lacks 'version'", "the data contract lacks 'status'",
      "b.yaml:2:1: error: broken YAML",
    ]
    for line in expected { #expect(found.contains(line), "\(line)\nin\n\(found)") }
  }
}
