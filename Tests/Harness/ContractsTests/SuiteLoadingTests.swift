import Contracts
import JSON
import Testing
import YAMLSource

@Suite("What is wrong with suites is told at load") struct SuiteLoadingTests {
  private func steps(_ text: String) -> Scenario { Scenario("  - workflowId: flow\n    steps:\n" + text) }

  @Test("an unknown operation, with the one that was meant")
  func unknownOperation() {
    #expect(
      steps("      - {stepId: a, operationId: listUser}").problems == """
        flows.arazzo.yaml:8:34: error: the step 'a' calls the unknown operation 'listUser' of 'api'
          did you mean 'listUsers'?
        """)
  }

  @Test("a path parameter that no step passes, and one that the operation does not have")
  func parameters() {
    #expect(
      steps("      - {stepId: a, operationId: getUser, parameters: [{name: ids, in: query, value: 1}]}").problems == """
        flows.arazzo.yaml:8:9: error: the step 'a' does not pass the path parameter 'id'
          add it with 'in: path'
        flows.arazzo.yaml:8:56: warning: the operation has no query parameter 'ids'
        """)
  }

  @Test("a source that is no document of the stack")
  func unknownSource() {
    var scenario = steps("      - {stepId: a, operationId: listUsers}")
    scenario.workflows = scenario.workflows.mapValues { $0.replacing("api.yaml", with: "apis.yaml") }
    #expect(
      scenario.problems == """
        flows.arazzo.yaml:4:5: error: the source 'api' is the document of no service of the stack: apis.yaml
          name the document of one of: users (api.yaml)
        """)
  }

  @Test("an input that nothing provides")
  func missingInput() {
    let scenario = Scenario(
      """
        - workflowId: flow
          inputs: {type: object, required: [adminMail], properties: {adminMail: {type: string}}}
          steps: [{stepId: a, operationId: listUsers}]
      """, inputs: ["adminEmail": "a@b.example"])
    #expect(
      scenario.problems == """
        flows.arazzo.yaml:7:13: error: nothing provides the input 'adminMail' of the workflow 'flow'
          did you mean 'adminEmail'?
        """)
  }

  @Test("an input whose value does not fit its schema, also behind a reference")
  func unfitInput() {
    let scenario = Scenario(
      """
        - workflowId: flow
          inputs: {$ref: '#/components/inputs/page'}
          steps: [{stepId: a, operationId: listUsers}]
      components:
        inputs:
          page:
            type: object
            required: [limit]
            properties:
              limit: {type: integer, maximum: 100}
      """, inputs: ["limit": 500])
    #expect(
      scenario.problems == """
        flows.arazzo.yaml:15:32: error: the input 'limit' of the workflow 'flow' does not fit: \
        expected at most 100, found 500
          correct it in 'inputs' of the stack description, or the schema here
        """)
  }

  @Test("a generator that is none")
  func unknownGenerator() {
    let scenario = Scenario(
      """
        - workflowId: flow
          inputs: {type: object, properties: {name: {type: string, x-concord-generate: uniqe}}}
          steps: [{stepId: a, operationId: listUsers}]
      """)
    #expect(
      scenario.problems == """
        flows.arazzo.yaml:7:82: error: the input 'name' cannot be generated as "uniqe"
          did you mean 'unique'?
        """)
  }

  @Test("a value of a workflow that may not have run")
  func invisible() {
    let scenario = Scenario(
      """
        - workflowId: flow
          steps:
            - {stepId: a, operationId: getUser, parameters: [{name: id, in: path, value: $workflows.other.outputs.id}]}
        - workflowId: other
          steps: [{stepId: b, operationId: listUsers, outputs: {id: $response.body#/id}}]
          outputs: {id: $steps.b.outputs.id}
      """)
    #expect(
      scenario.problems == """
        flows.arazzo.yaml:8:56: error: '$workflows.other.outputs.id': 'flow' does not build on the workflow 'other'
          add 'other' to 'dependsOn' of 'flow', or call it in a step
        """)
  }

  @Test("an input that a call does not pass, and one that the called workflow does not have")
  func calls() {
    let scenario = Scenario(
      """
        - workflowId: flow
          steps: [{stepId: a, workflowId: part, parameters: [{name: nam, value: Ada}]}]
        - workflowId: part
          inputs: {type: object, required: [name], properties: {name: {type: string}}}
          steps: [{stepId: b, operationId: listUsers}]
      """)
    #expect(
      scenario.problems == """
        flows.arazzo.yaml:7:37: error: the step 'a' does not pass the input 'name' of the workflow 'part'
          add it to 'parameters'
        flows.arazzo.yaml:7:56: error: the workflow 'part' has no input 'nam'
          did you mean 'name'?
        """)
  }

  @Test("a replacement whose target is no pointer")
  func replacement() {
    let body = "requestBody: {payload: {}, replacements: [{target: //name, value: a}, {target: name, value: b}]}"
    #expect(
      steps("      - {stepId: a, operationId: createUser, \(body)}").problems == """
        flows.arazzo.yaml:8:116: error: the target 'name' is no JSON Pointer
          a pointer begins with '/': '/items/0/id'; XPath is not supported
        """)
  }

  @Test("the same workflow id in two files")
  func duplicates() {
    var scenario = steps("      - {stepId: a, operationId: listUsers}")
    scenario.workflows["more.arazzo.yaml"] = scenario.workflows["flows.arazzo.yaml"]
    #expect(
      scenario.problems == """
        more.arazzo.yaml:6:5: error: the workflow id 'flow' is used twice, also at flows.arazzo.yaml:6:5
          suites are named after their workflows: give one of them another id
        """)
  }

  @Test("a schema of the API that is none, and a pattern that cannot be compiled")
  func schemas() {
    var scenario = steps(
      "      - {stepId: a, operationId: listUsers, successCriteria: [{context: $response.body, type: regex, condition: '('}]}"
    )
    scenario.api = scenario.api.replacing("id: {type: string}", with: "id: {type: strin}")
    let problems = scenario.problems.split(separator: "\n")
    #expect(problems.contains { $0.hasPrefix("api.yaml:46:") && $0.contains("invalid schema") })
    #expect(
      problems.contains { $0.hasPrefix("flows.arazzo.yaml:8:") && $0.contains("the regular expression cannot be used") }
    )
  }

  @Test("everything is told at once, in reading order, and nothing can be run")
  func allAtOnce() {
    let (suites, problems) = steps(
      """
            - {stepId: a, operationId: listUser}
            - {stepId: b, operationId: getUser}
            - {stepId: c, operationid: getUser}
      """
    ).load()
    #expect(suites?.plan == nil)
    #expect(problems.count >= 2)
    #expect(problems.allSatisfy { $0.location != nil })
  }

  @Test("documents that cannot be read are told with their names")
  func missingFiles() {
    var scenario = steps("      - {stepId: a, operationId: listUsers}")
    scenario.api = "openapi: 3.1.0\n  broken"
    #expect(scenario.load().suites?.plan == nil)
    #expect(scenario.problems.contains("api.yaml:"))
  }
}
