import Testing

@Suite("Extensions of operations") struct OperationSettingsTests {
  private func problems(_ extensions: String) -> String {
    Scenario(
      """
        - workflowId: flow
          steps: [{stepId: get, operationId: getThing}]
      """,
      api: """
        openapi: 3.1.0
        info: {title: Things, version: 1.0.0}
        paths:
          /things:
            get:
              operationId: getThing
              \(extensions)
              responses: {'200': {description: found}}
        """
    ).problems
  }

  @Test("what can be understood is no problem")
  func sound() {
    #expect(problems("x-concord-time-budget: 1s") == "")
    #expect(problems("x-concord-unchecked: {links-hold: they lead to another system}") == "")
  }

  @Test(
    "what cannot is told with its place and a remedy",
    arguments: [
      ("x-concord-time-budget: soon", "must be a duration, found \"soon\""),
      ("x-concord-unchecked: links-hold", "must name checks and reasons"),
      ("x-concord-unchecked: {link-holds: r}", "did you mean 'links-hold'?"),
      ("x-concord-unchecked: {links-hold: ''}", "gives no reason for 'links-hold'"),
    ])
  func broken(extensions: String, message: String) {
    let problems = problems(extensions)
    #expect(problems.contains(message), "\(problems)")
    #expect(problems.hasPrefix("api.yaml:5:"))
  }
}
