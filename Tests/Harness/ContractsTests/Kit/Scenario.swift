import Contracts
import HTTP
import JSON
import RFC3339
import RunModel
import ScriptedServer
import Synchronization
import Testing
import YAMLSource

/// One API, some workflows, and a service to run them against.
struct Scenario {
  var api = Scenario.usersAPI
  var workflows: [String: String]
  var inputs: [String: JSONValue] = [:]
  var seed: UInt64 = 7
  var limits = ContractLimits(answerTime: .seconds(5), probeTime: .seconds(1))
  var log: [String] = []
  /// Workflows alone are tested, unless a test is about generated cases.
  var generation = GenerationLimits(casesPerOperation: 0)
  /// Where exchanges are kept, if they are.
  var exchangeLog: ExchangeLog?
  /// Stores that workflows can look into.
  var stores = [Component(name: "db", kind: .postgresql), Component(name: "documents", kind: .firestore)]
  /// What the stores answer.
  var rows: @Sendable (StoreQuery) async throws -> [JSONValue] = { _ in [] }

  /// Workflows in one document, written without its head.
  init(_ workflows: String, api: String = Scenario.usersAPI, inputs: [String: JSONValue] = [:]) {
    self.workflows = ["flows.arazzo.yaml": Self.head + workflows]
    self.api = api
    self.inputs = inputs
  }

  static let head = """
    arazzo: 1.0.1
    info: {title: Test, version: 1.0.0}
    sourceDescriptions:
      - {name: api, url: api.yaml, type: openapi}
    workflows:

    """

  /// Reads and links everything.
  func load() -> (suites: ContractSuites?, problems: [Diagnostic]) {
    let files = workflows.merging(["api.yaml": api]) { first, _ in first }
    return ContractSuites.load(
      services: [.init(name: "users", openapi: "api.yaml")], workflows: workflows.keys.sorted(), inputs: inputs,
      stores: stores,
      loader: SourceLoader(files: files), generation: generation)
  }

  /// What is wrong, as it is printed.
  var problems: String { load().problems.map(\.description).joined(separator: "\n") }

  /// Runs everything against a service that answers as a function says.
  func run(
    sourceLocation: Testing.SourceLocation = #_sourceLocation,
    _ answer: @escaping @Sendable (StubService.Request) -> StubService.Reply
  ) async throws -> Run {
    let service = StubService(answer)
    return try await withScriptedServer({ service.play($0) }) { server in
      try await run(at: server.url, service, sourceLocation: sourceLocation)
    }
  }

  /// Runs everything against whatever listens at a URL.
  func run(
    at url: String, _ service: StubService = StubService { _ in .json("{}") },
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) async throws -> Run {
    let (suites, problems) = load()
    let loaded = try #require(suites, "\(problems)", sourceLocation: sourceLocation)
    let listener = CaseListener()
    let http = HTTPClient()
    defer { http.shutdown() }
    let log = log
    let runner = ContractRunner(
      suites: loaded, baseURLs: ["users": url], seed: seed, http: http, events: EventStream(listeners: [listener]),
      clock: SystemWallClock(), limits: limits, keeping: exchangeLog, rows: rows
    ) { _, _, _ in log }
    await runner.run()
    let run = Run(
      cases: listener.cases, plan: loaded.plan, service: service,
      coverage: listener.coverage ?? ContractCoverage(items: []), notices: listener.notices)
    // Whatever happens: every planned case is reported, and once.
    #expect(
      run.cases.map(\.id).sorted() == loaded.plan.suites.flatMap(\.cases).sorted(), sourceLocation: sourceLocation)
    return run
  }

  /// What a run reported.
  struct Run {
    let cases: [CaseResult]
    let plan: ContractPlan
    let service: StubService
    let coverage: ContractCoverage
    let notices: [Notice]

    /// The result of a step, by its id.
    subscript(_ step: String) -> CaseResult {
      get throws { try #require(cases.first { $0.id.name == step }) }
    }

    /// `step: outcome` of every case, in the order of the plan.
    var outcomes: [String] {
      plan.suites.flatMap(\.cases).compactMap { id in cases.first { $0.id == id } }.map { result in
        switch result.status {
        case .passed: "\(result.id.name): passed"
        case .failed: "\(result.id.name): failed"
        case .errored: "\(result.id.name): errored"
        case .skipped(let reason): "\(result.id.name): skipped, \(reason)"
        }
      }
    }
  }

  /// Users as the tests know them.
  static let usersAPI = """
    openapi: 3.1.0
    info: {title: Users, version: 1.0.0}
    paths:
      /users:
        post:
          operationId: createUser
          requestBody: {content: {application/json: {}}}
          responses:
            '201':
              description: made
              content:
                application/json:
                  schema: {$ref: '#/components/schemas/User'}
            '4XX': {description: refused, content: {application/json: {}}}
        get:
          operationId: listUsers
          parameters:
            - {name: tag, in: query, schema: {type: array}}
          responses:
            '200': {description: all, content: {application/json: {}}}
      /users/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        get:
          operationId: getUser
          responses:
            '200':
              description: found
              headers:
                X-Version: {required: true, schema: {type: integer}}
              content:
                application/json:
                  schema: {$ref: '#/components/schemas/User'}
            '404': {description: unknown}
            '503': {description: later}
        delete:
          operationId: deleteUser
          responses:
            '204': {description: gone}
    components:
      schemas:
        User:
          type: object
          required: [id, name]
          properties:
            id: {type: string}
            name: {type: string, minLength: 2}
            age: {type: integer, minimum: 0}

    """
}

/// Collects finished cases.
final class CaseListener: RunListener {
  private let collected = Mutex<[CaseResult]>([])
  private let measured = Mutex<ContractCoverage?>(nil)
  private let noted = Mutex<[Notice]>([])
  private let onCase: @Sendable (CaseResult) -> Void

  init(onCase: @escaping @Sendable (CaseResult) -> Void = { _ in }) { self.onCase = onCase }

  var cases: [CaseResult] { collected.withLock { $0 } }

  /// What was measured at the end.
  var coverage: ContractCoverage? { measured.withLock { $0 } }

  /// What was remarked.
  var notices: [Notice] { noted.withLock { $0 } }

  func receive(_ event: RunEvent) {
    if case .noted(let notice) = event { noted.withLock { $0.append(notice) } }
    if case .coverageMeasured(let coverage) = event { measured.withLock { $0 = coverage } }
    guard case .caseFinished(let result) = event else { return }
    collected.withLock { $0.append(result) }
    onCase(result)
  }
}

/// A free port on which nothing listens.
func deadURL() async throws -> String {
  try await withScriptedServer({ _ in }) { $0.url }
}
