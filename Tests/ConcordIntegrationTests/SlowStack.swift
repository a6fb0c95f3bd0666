import FoundationEssentials

/// The marketplace with one suite that takes some seconds, so that a test can reach into the middle of a run.
enum SlowStack {
  /// Writes `stack/contracts` below a folder; everything but the suite is the bundled marketplace's.
  static func write(to folder: String) throws {
    let manager = FileManager.default
    let contracts = "\(folder)/stack/contracts"
    try manager.createDirectory(atPath: "\(contracts)/workflows", withIntermediateDirectories: true)
    for name in ["apis", "data"] {
      try manager.copyItem(atPath: "\(ConcordProcess.root)/contracts/\(name)", toPath: "\(contracts)/\(name)")
    }
    try manager.copyItem(
      atPath: "\(ConcordProcess.root)/contracts/stack.yaml", toPath: "\(contracts)/stack.yaml")
    try manager.copyItem(atPath: "\(ConcordProcess.root)/fixtures", toPath: "\(folder)/stack/fixtures")
    try Data(workflow.utf8).write(to: URL(filePath: "\(contracts)/workflows/slow.arazzo.yaml"))
  }

  /// A step that asks ten times whether a service is down, a quarter of a second apart, and then another that is up.
  private static let workflow = """
    arazzo: 1.0.1
    info: {title: Slow, version: 1.0.0}
    sourceDescriptions:
      - {name: products, url: ../apis/product-service.openapi.yaml, type: openapi}
    workflows:
      - workflowId: patience
        steps:
          - stepId: wait
            description: the service is asked until it is gone
            operationId: getReadiness
            successCriteria: [{condition: $statusCode == 599}]
            onFailure:
              - {name: again, type: retry, retryAfter: 0.25, retryLimit: 10}
      - workflowId: quick
        steps:
          - stepId: look
            description: the process is up
            operationId: getHealth
            successCriteria: [{condition: $statusCode == 200}]
    """
}
