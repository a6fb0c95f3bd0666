import RunModel
import Synchronization
import Testing
import YAMLSource

@Suite("Flow of a workflow") struct FlowTests {
  /// Steps that call `getUser`, each with its own path, criterion 200, and what a test adds.
  private func flow(_ steps: (id: String, actions: String)...) -> Scenario {
    let text = steps.map { step in
      """
          - stepId: \(step.id)
            operationId: getUser
            parameters: [{name: id, in: path, value: \(step.id)}]
            successCriteria: [{condition: $statusCode == 200}]
            \(step.actions)
      """
    }
    return Scenario("  - workflowId: flow\n    steps:\n" + text.joined(separator: "\n"))
  }

  private static let user = StubService.Reply.json(#"{"id":"u1","name":"Ada"}"#, headers: ["X-Version: 1"])

  /// Answers 404 to the ids in a list and a user to all others.
  private func answer(missing: Set<String> = []) -> @Sendable (StubService.Request) -> StubService.Reply {
    { request in missing.contains(String(request.path.dropFirst("/users/".count))) ? .empty("404 Not Found") : Self.user
    }
  }

  @Test("steps run in order")
  func inOrder() async throws {
    let run = try await flow(("a", ""), ("b", ""), ("c", "")).run(answer())
    #expect(run.outcomes == ["a: passed", "b: passed", "c: passed"])
    #expect(run.service.lines == ["GET /users/a", "GET /users/b", "GET /users/c"])
  }

  @Test("a failed step ends the workflow, and the rest is skipped with the reason")
  func breaks() async throws {
    let run = try await flow(("a", ""), ("b", ""), ("c", "")).run(answer(missing: ["b"]))
    #expect(run.outcomes == ["a: passed", "b: failed", "c: skipped, the step 'b' did not succeed"])
    let failure = try #require(try run["b"].failures.first)
    #expect(failure.check == "success-criterion")
    #expect(failure.subject == .criterion("$statusCode == 200"))
    #expect(failure.message == "$statusCode == 200: it was 404")
    #expect(failure.actual == "$statusCode = 404")
    #expect(failure.expectation?.description.hasPrefix("flows.arazzo.yaml:16:") == true)
  }

  @Test("a broken promise of the API fails the case, but the workflow goes on")
  func brokenPromise() async throws {
    let run = try await flow(("a", ""), ("b", "")).run { _ in .json(#"{"id":"u1"}"#, headers: ["X-Version: 1"]) }
    #expect(run.outcomes == ["a: failed", "b: failed"])
    #expect(try run["a"].failures.map(\.check) == ["response-body"])
  }

  @Test("onSuccess end ends the workflow; what follows is skipped, not failed")
  func endOnSuccess() async throws {
    let run = try await flow(("a", "onSuccess: [{name: enough, type: end}]"), ("b", "")).run(answer())
    #expect(run.outcomes == ["a: passed", "b: skipped, the workflow ended before"])
  }

  @Test("onSuccess goto jumps over steps")
  func gotoOnSuccess() async throws {
    let run = try await flow(("a", "onSuccess: [{name: on, type: goto, stepId: c}]"), ("b", ""), ("c", "")).run(
      answer())
    #expect(run.outcomes == ["a: passed", "b: skipped, the workflow ended before", "c: passed"])
  }

  @Test("the first action whose criteria hold is done, none if none holds")
  func criteria() async throws {
    let actions = """
      onSuccess:
                - {name: never, type: end, criteria: [{condition: $statusCode == 201}]}
                - {name: on, type: goto, stepId: c, criteria: [{condition: $response.body#/name == 'Ada'}]}
                - {name: late, type: end}
      """
    let run = try await flow(("a", actions), ("b", ""), ("c", "")).run(answer())
    #expect(run.outcomes == ["a: passed", "b: skipped, the workflow ended before", "c: passed"])
    let none = "onSuccess: [{name: never, type: end, criteria: [{condition: $statusCode == 201}]}]"
    #expect(try await flow(("a", none), ("b", "")).run(answer()).outcomes == ["a: passed", "b: passed"])
  }

  @Test("onFailure goto leads to clean-up, and the case stays failed")
  func gotoOnFailure() async throws {
    let run = try await flow(
      ("a", "onFailure: [{name: clean, type: goto, stepId: c}]"), ("b", ""), ("c", "")
    ).run(answer(missing: ["a"]))
    #expect(run.outcomes == ["a: failed", "b: skipped, the step 'a' did not succeed", "c: passed"])
  }

  @Test("a jump back runs a step again, and it is one case with all its exchanges")
  func jumpBack() async throws {
    let calls = Mutex(0)
    let back = "onSuccess: [{name: again, type: goto, stepId: a, criteria: [{condition: $response.body#/age < 2}]}]"
    let run = try await flow(("a", ""), ("b", back), ("c", "")).run { _ in
      let age = calls.withLock { count in
        count += 1
        return count / 2
      }
      return .json(#"{"id":"u1","name":"Ada","age":\#(age)}"#, headers: ["X-Version: 1"])
    }
    #expect(run.outcomes == ["a: passed", "b: passed", "c: passed"])
    #expect(run.service.lines.map { $0.suffix(1) } == ["a", "b", "a", "b", "c"])
    #expect(try run["a"].exchanges.count == 2)
    #expect(run.cases.map(\.id.name).sorted() == ["a", "b", "c"])
  }

  @Test("a workflow that jumps for ever fails instead of hanging")
  func endless() async throws {
    let run = try await flow(("a", "onSuccess: [{name: again, type: goto, stepId: a}]"), ("b", "")).run(answer())
    #expect(run.outcomes == ["a: failed", "b: skipped, the workflow comes to no end"])
    let result = try run["a"]
    #expect(result.failures.map(\.check) == ["workflow-end"])
    #expect(result.exchanges.count == 50)
  }

  // MARK: Repetitions

  private func retry(_ limit: Int, after seconds: String = "0", extra: String = "") -> String {
    "onFailure: [{name: again, type: retry, retryAfter: \(seconds), retryLimit: \(limit), stepId: a\(extra)}]"
  }

  /// The Arazzo schema wants a step to call before each repetition, so there is one that only passes.
  private func polled(_ actions: String) -> Scenario { flow(("a", ""), ("b", actions), ("c", "")) }

  @Test("a step is repeated until it succeeds, and then it has passed")
  func retried() async throws {
    let calls = Mutex(0)
    let run = try await polled(retry(5)).run { request in
      guard request.path == "/users/b" else { return Self.user }
      return calls.withLock { count in
        count += 1
        return count < 3 ? .empty("404 Not Found") : Self.user
      }
    }
    #expect(run.outcomes == ["a: passed", "b: passed", "c: passed"])
    #expect(run.service.lines.map { $0.suffix(1) } == ["a", "b", "a", "b", "a", "b", "c"])
    #expect(try run["b"].exchanges.count == 5)
  }

  @Test("the limit counts repetitions; when it is reached, the step has failed", arguments: [0, 1, 3])
  func limit(_ limit: Int) async throws {
    let run = try await polled(retry(limit)).run(answer(missing: ["b"]))
    #expect(run.outcomes == ["a: passed", "b: failed", "c: skipped, the step 'b' did not succeed"])
    #expect(run.service.lines.count { $0.hasSuffix("/b") } == limit + 1)
    // One failed criterion, not one for each attempt.
    #expect(try run["b"].failures.count == 1)
  }

  @Test("between attempts lies the delay")
  func delay() async throws {
    let arrivals = Mutex<[ContinuousClock.Instant]>([])
    let run = try await polled(retry(1, after: "0.05")).run { request in
      guard request.path == "/users/b" else { return Self.user }
      arrivals.withLock { $0.append(.now) }
      return .empty("404 Not Found")
    }
    let times = arrivals.withLock { $0 }
    #expect(times.count == 2)
    #expect(times[1] - times[0] >= .milliseconds(50))
    #expect(try run["b"].status == .failed)
  }

  @Test("Retry-After overrules the workflow's delay")
  func retryAfterHeader() async throws {
    let arrivals = Mutex<[ContinuousClock.Instant]>([])
    _ = try await polled(retry(1)).run { request in
      guard request.path == "/users/b" else { return Self.user }
      arrivals.withLock { $0.append(.now) }
      return .init(status: "503 Service Unavailable", headers: ["Retry-After: 1"], body: "")
    }
    let times = arrivals.withLock { $0 }
    #expect(times.count == 2)
    #expect(times[1] - times[0] >= .seconds(1))
  }

  @Test("a repetition excuses a criterion, not an answer that breaks the document")
  func promisesOfAttempts() async throws {
    let calls = Mutex(0)
    let run = try await polled(retry(3)).run { request in
      guard request.path == "/users/b" else { return Self.user }
      return calls.withLock { count in
        count += 1
        return count < 3 ? .empty("500 Internal Server Error") : Self.user
      }
    }
    #expect(run.outcomes == ["a: passed", "b: failed", "c: passed"])
    #expect(
      try run["b"].failures.map(\.message) == [
        "the service failed with 500", "the status 500 is not documented for getUser",
      ])
  }

  @Test("each retry action has its own limit")
  func ownLimits() async throws {
    let calls = Mutex(0)
    let actions = """
      onFailure:
                - {name: missing, type: retry, retryAfter: 0, retryLimit: 1, stepId: a, criteria: [{condition: $statusCode == 404}]}
                - {name: busy, type: retry, retryAfter: 0, retryLimit: 1, stepId: a, criteria: [{condition: $statusCode == 503}]}
      """
    let run = try await polled(actions).run { request in
      guard request.path == "/users/b" else { return Self.user }
      return calls.withLock { count in
        count += 1
        return count == 1 ? .empty("404 Not Found") : count == 2 ? .empty("503 Service Unavailable") : Self.user
      }
    }
    #expect(run.outcomes == ["a: passed", "b: passed", "c: passed"])
  }

  @Test("without criteria, a status of 2xx or 3xx is success")
  func noCriteria() async throws {
    let scenario = Scenario(
      """
        - workflowId: flow
          steps:
            - {stepId: a, operationId: getUser, parameters: [{name: id, in: path, value: a}]}
      """)
    #expect(try await scenario.run(answer()).outcomes == ["a: passed"])
    let failed = try await scenario.run(answer(missing: ["a"]))
    #expect(try failed["a"].failures.map(\.message) == ["the step did not succeed"])
  }

  @Test("regex and JSONPath criteria look into the answer")
  func languages() async throws {
    let scenario = Scenario(
      """
        - workflowId: flow
          steps:
            - stepId: a
              operationId: listUsers
              successCriteria:
                - {context: $response.body, type: jsonpath, condition: "$.users[?@.name == 'Ada']"}
                - {context: $response.header.X-Trace, type: regex, condition: '^t-[0-9]+$'}
      """)
    let good = try await scenario.run { _ in .json(#"{"users":[{"name":"Ada"}]}"#, headers: ["X-Trace: t-12"]) }
    #expect(good.outcomes == ["a: passed"])
    let bad = try await scenario.run { _ in .json(#"{"users":[]}"#, headers: ["X-Trace: none"]) }
    #expect(
      try bad["a"].failures.map(\.message) == [
        "$response.body has 0 nodes at $.users[?@.name == 'Ada']: {\"users\":[]}",
        "$response.header.X-Trace does not match /^t-[0-9]+$/: \"none\"",
      ])
  }
}
