import RunModel
import Testing

@testable import Reporting

@Suite("The reason of the verdict") struct VerdictReasonTests {
  private func sentence(_ phases: [RunPhase], _ events: [RunEvent] = [], _ reason: RunEnding.Reason? = .completed)
    -> String
  {
    var record = RunRecord(
      header: RunHeader(
        id: "r", startedAt: SampleRun.start, command: "c", version: "0", stack: "s", seed: 1, dataset: nil, host: "h",
        phases: phases))
    for event in events { record.apply(event) }
    if let reason { record.apply(.runFinished(RunEnding(finishedAt: SampleRun.start, reason: reason))) }
    return VerdictReason.sentence(for: record)
  }

  private let noCases = RunEvent.contractsPlanned(ContractPlan(suites: [], operations: []))
  private let noRules = RunEvent.auditPlanned(AuditPlan(rules: []))

  @Test("a pass claims only what the run set out to judge")
  func passes() {
    #expect(
      sentence([.contracts, .audit], [noCases, noRules])
        == "Every API kept its contract and the data of all stores agrees.")
    #expect(sentence([.contracts], [noCases]) == "Every API kept its contract.")
    #expect(sentence([.audit], [noRules]) == "The data of all stores agrees.")
    #expect(sentence([.boot]) == "The stack came up.")
  }

  @Test("an undecided run says what is open, and what is wrong already")
  func undecided() {
    let failing = Array(GeneratedRun.cases(3, failing: true).dropFirst().dropLast(2))
    #expect(
      sentence([.contracts], failing)
        == "1 contract case could not be judged. Known already: 2 contract cases failed.")
    #expect(
      sentence([.contracts], failing, .interrupted(signal: "SIGINT"))
        == "The run was stopped by SIGINT before it could decide. Known already: 2 contract cases failed.")
    #expect(sentence([.boot], [], .stackFailed("db never came up")) == "The stack failed: db never came up.")
    #expect(sentence([.boot], [], nil) == "The run did not come to its end.")
    #expect(
      sentence(
        [],
        [
          .componentChanged(
            ComponentReport(
              component: Component(name: "db", kind: .postgresql), mode: .process, state: .failed(reason: "x", log: []))
          )
        ]) == "The stack failed (db).")
  }
}
