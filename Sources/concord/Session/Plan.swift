// What a command works on, complete and correct: nothing is started before every file has been read, and all that is
// wrong with them is told at once.

import ArgumentParser
import Audit
import Contracts
import FoundationEssentials
import JSON
import RunModel
import Stack
import YAMLSource

/// Which contract cases run, how many are generated, and what they may take.
struct ContractSettings {
  var selection = CaseSelection()
  var generation = GenerationLimits()
  var limits = ContractLimits()
  /// The options that ask for fewer generated cases than usual, if any.
  var fewerCases: String?

  /// What makes the run a part of the whole, as options; nil when nothing does.
  var summary: String? {
    let parts = [selection.summary, fewerCases].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }
}

/// A stack with its suites and rules, loaded and checked.
struct Plan {
  let description: StackDescription
  let suites: ContractSuites
  let rules: AuditRules
  /// The dataset to load, if any.
  let dataset: String?
  /// The file of accepted findings that was asked for, as reports name it.
  let baselineFile: String?
  /// What it accepts; nil when there is no such file.
  let baseline: Baseline?
  /// How many warnings were printed.
  let warningCount: Int

  /// Loads everything; prints what is wrong and exits with 2 when that stops the command.
  ///
  /// - Parameters:
  ///   - contracts: how contracts are tested; nil when they are not, and their documents are not even read.
  ///   - forUpdate: the baseline is about to be written: it may be missing, and name rules that are gone.
  ///   - resolvesEnvironment: false checks the files as they are, without values for `${env.…}`.
  static func load(
    stackFile: String, dataset choice: DatasetChoice, contracts: ContractSettings? = ContractSettings(),
    baseline choiceOfBaseline: BaselineChoice = .none, forUpdate: Bool = false, resolvesEnvironment: Bool = true
  ) async throws -> Plan {
    let files = SourceLoader(root: nil) { path in
      try SourceFiles.read(
        path, ifMissing: "start concord in the folder above 'contracts', or name the stack description with --stack")
    }
    let (description, stackProblems) = StackDescription.load(
      file: displayPath(stackFile), loader: files, environment: resolvesEnvironment ? RunIdentity.environment : nil
    ) { folder in try FileManager.default.contentsOfDirectory(atPath: folder) }
    var problems = stackProblems
    var suites: ContractSuites?
    var rules: AuditRules?
    var baselineFile: String?
    var baseline: Baseline?
    if let description {
      let remote = contracts == nil ? RemoteDocuments() : try await remoteDocuments(of: description)
      let loader = SourceLoader(root: nil) { path in
        try remote[path] ?? SourceFiles.read(path)
      }
      let tested = loadSuites(description, contracts, loader)
      let audited = AuditRules.load(
        files: description.dataContractFiles, stores: description.storeComponents, loader: loader)
      (suites, rules) = (tested.suites, audited.0)
      problems += tested.problems + audited.1 + datasetProblems(choice, description)
      baselineFile = file(choiceOfBaseline, description)
      if let baselineFile, !forUpdate || FileManager.default.fileExists(atPath: baselineFile) {
        let (read, baselineProblems) = loadBaseline(baselineFile, rules, loader, forUpdate: forUpdate)
        baseline = read
        problems += baselineProblems
      }
    }
    try report(problems)
    guard let description, let suites, let rules else { throw ArgumentParser.ExitCode(.badInput) }
    return Plan(
      description: description, suites: suites, rules: rules, dataset: dataset(choice, description),
      baselineFile: baselineFile, baseline: baseline,
      warningCount: problems.count { $0.severity == .warning })
  }

  private static func file(_ choice: BaselineChoice, _ description: StackDescription) -> String? {
    switch choice {
    case .standard: description.baselineFile
    case .file(let path): displayPath(path)
    case .none: nil
    }
  }

  private static func loadBaseline(
    _ file: String, _ rules: AuditRules?, _ loader: SourceLoader, forUpdate: Bool
  ) -> (Baseline?, [Diagnostic]) {
    guard FileManager.default.fileExists(atPath: file) else {
      let problem = Diagnostic(
        location: nil, message: "there is no file '\(file)' of accepted findings",
        remedy: "'concord baseline update' writes it")
      return (nil, [problem])
    }
    let (baseline, problems) = Baseline.load(file: file, loader: loader)
    let unknown = forUpdate ? [] : rules.flatMap { rules in baseline?.unknownRules(rules.plan) } ?? []
    return (baseline, problems + unknown)
  }

  private static func loadSuites(
    _ description: StackDescription, _ settings: ContractSettings?, _ loader: SourceLoader
  ) -> (suites: ContractSuites?, problems: [Diagnostic]) {
    guard let settings else { return ContractSuites.load(services: [], workflows: [], inputs: [:], loader: loader) }
    let services = description.services.compactMap { service in
      service.openapi.map {
        ContractSuites.Service(name: service.name, openapi: SourceLoader.name(ofRemote: $0) ?? $0)
      }
    }
    let inputs = Dictionary(description.inputs.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    var (suites, problems) = ContractSuites.load(
      services: services, workflows: description.workflowFiles, inputs: inputs, stores: description.storeComponents,
      loader: loader, generation: settings.generation)
    if let all = suites {
      let (chosen, wrong) = all.selecting(settings.selection)
      suites = chosen
      problems += wrong
    }
    return (suites, problems)
  }

  /// Fetches the documents that services show themselves.
  private static func remoteDocuments(of description: StackDescription) async throws -> RemoteDocuments {
    let urls = description.services.compactMap(\.openapi).filter { SourceLoader.name(ofRemote: $0) != nil }
    guard !urls.isEmpty else { return RemoteDocuments() }
    do {
      return try await RemoteDocuments.fetched(urls)
    } catch let problem {
      StandardStreams.error.write("error: \(problem)\n1 error; nothing was started\n")
      throw ArgumentParser.ExitCode(.badInput)
    }
  }

  private static func dataset(_ choice: DatasetChoice, _ description: StackDescription) -> String? {
    switch choice {
    case .standard: description.defaultDataset
    case .named(let name): name
    case .none: nil
    }
  }

  private static func datasetProblems(_ choice: DatasetChoice, _ description: StackDescription) -> [Diagnostic] {
    guard case .named(let dataset) = choice, description.datasets[dataset] == nil else { return [] }
    let names = description.datasets.keys.sorted()
    let remedy =
      suggestion(for: dataset, among: names).map { "did you mean '\($0)'?" }
      ?? "known: \(names.joined(separator: ", "))"
    return [Diagnostic(location: nil, message: "the stack has no dataset '\(dataset)'", remedy: remedy)]
  }

  /// Prints problems in reading order, each with the line it is about.
  static func report(_ problems: [Diagnostic], consequence: String = "nothing was started") throws {
    var sources: [String: String] = [:]
    for problem in problems.inReadingOrder() {
      let file = problem.location?.file
      if let file, sources[file] == nil {
        sources[file] = try? String(contentsOf: URL(filePath: file), encoding: .utf8)
      }
      StandardStreams.error.write(problem.rendered(source: file.flatMap { sources[$0] }) + "\n")
    }
    let errors = problems.count { $0.severity == .error }
    guard errors > 0 else { return }
    StandardStreams.error.write("\(errors) error\(errors == 1 ? "" : "s"); \(consequence)\n")
    throw ArgumentParser.ExitCode(.badInput)
  }

  private static let workingFolder = FileManager.default.currentDirectoryPath

  /// The path by which reports name files: relative to the working folder where the file lies below it, so that links
  /// in CI lead into the repository; absolute elsewhere, because a relative name cannot climb out of its folder.
  private static func displayPath(_ path: String) -> String {
    let absolute = URL(filePath: path.hasPrefix("/") ? path : "\(workingFolder)/\(path)").standardized.path
    let prefix = workingFolder + "/"
    return absolute.hasPrefix(prefix) ? String(absolute.dropFirst(prefix.count)) : absolute
  }

  /// What was found, for `concord lint`.
  var summary: String {
    let operations = suites.plan.operations.count
    let figures = [
      "\(description.stores.count) stores", "\(description.services.count) services", "\(operations) operations",
      "\(suites.plan.suites.count) suites with \(suites.plan.caseCount) cases", "\(rules.plan.rules.count) data rules",
    ]
    let warnings = warningCount == 0 ? "" : "; \(warningCount) warning\(warningCount == 1 ? "" : "s")"
    return "\(description.name): \(figures.joined(separator: ", ")): all sound\(warnings)"
  }

  /// Shares of the API documents that a run must see, by service.
  var coverageThresholds: [String: [ContractCoverage.Dimension: Int]] {
    Dictionary(
      description.services.filter { $0.openapi != nil }.map { ($0.name, description.coverage(of: $0)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// URLs of the services while the stack is up.
  func baseURLs(of stack: RunningStack) -> [String: String] {
    Dictionary(
      description.services.map { ($0.name, stack.baseURL(of: $0.name)) }, uniquingKeysWith: { first, _ in first })
  }

  /// Boots the stack and loads its dataset; nothing is left running when that fails.
  func boot(events: EventStream) async throws -> RunningStack {
    let stack = try await runner(events: events).boot()
    do {
      if let dataset { try await stack.loadDataset(dataset) }
    } catch {
      await stack.stop()
      throw error
    }
    return stack
  }

  /// The runner that boots the stack.
  func runner(events: EventStream) -> StackRunner {
    StackRunner(
      description: description, binaries: RunIdentity.binaries, environment: RunIdentity.environment, events: events)
  }
}
