package import RFC3339

/// What a run is, known before anything happens.
package struct RunHeader: Sendable, Hashable {
  /// Unique id, safe in file names and HTTP headers.
  package let id: String
  package let startedAt: Timestamp
  /// The command as typed, secrets redacted.
  package let command: String
  /// Version of Concord.
  package let version: String
  /// `name` of the stack description.
  package let stack: String
  /// Everything random in the run derives from it; the same seed repeats the run.
  package let seed: UInt64
  /// Dataset that was loaded into the stores, if any.
  package let dataset: String?
  /// Machine the run happened on.
  package let host: String
  /// Lowest severity of an audit finding that fails the gate.
  package let failOn: Severity
  /// What this run set out to do; a phase that was planned and did not happen is an error.
  package let phases: [RunPhase]
  /// The contract cases that were asked for, as options; nil when it was all of them.
  package let selection: String?
  /// The stack description as it was named, to run it again; nil when nobody needs to.
  package let stackFile: String?
  /// How many cases were generated, to generate them again; nil when there were no contracts.
  package let generation: Generation?
  /// The file of accepted findings, as it was named.
  package let baseline: String?

  /// How many cases are generated of one operation.
  package struct Generation: Sendable, Hashable {
    /// Cases at most.
    package let cases: Int
    /// Random ones of each kind.
    package let random: Int

    /// Notes the limits.
    package init(cases: Int, random: Int) {
      self.cases = cases
      self.random = random
    }
  }

  /// Describes a run about to start.
  package init(
    id: String, startedAt: Timestamp, command: String, version: String, stack: String, seed: UInt64,
    dataset: String?, host: String, failOn: Severity = .error, phases: [RunPhase], selection: String? = nil,
    stackFile: String? = nil, generation: Generation? = nil, baseline: String? = nil
  ) {
    self.id = id
    self.startedAt = startedAt
    self.command = command
    self.version = version
    self.stack = stack
    self.seed = seed
    self.dataset = dataset
    self.host = host
    self.failOn = failOn
    self.phases = phases
    self.selection = selection
    self.stackFile = stackFile
    self.generation = generation
    self.baseline = baseline
  }
}

/// A stretch of the run that people wait for.
package enum RunPhase: String, Sendable, Hashable, CaseIterable {
  case boot, contracts, audit, teardown
}
