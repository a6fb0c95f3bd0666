import Glibc
import Testing

@Suite("concord up") struct UpTests {
  @Test("keeps the stack up, prints where everything is, and takes it down on Ctrl-C")
  func up() async throws {
    try await withTemporaryFolder { folder in
      let leftOvers = LeftOvers(temporary: folder)
      let process = try ConcordProcess(["up"], environment: leftOvers.environment)
      let isUp = try await eventually { process.outputSoFar.contains("Ctrl-C ends it") }
      #expect(isUp, "\(process.outputSoFar)")
      let output = process.outputSoFar
      #expect(output.contains(/api-gateway +http:\/\/127\.0\.0\.1:\d+/))
      #expect(output.contains(/order-db +postgresql:\/\/order_user:order_pass@[^ ]*\/order_database/), "\(output)")
      #expect(output.contains("FIRESTORE_EMULATOR_HOST"))
      process.send(SIGINT)
      let result = await process.wait()
      #expect(result.status == 130)
      #expect(leftOvers.processes() == [])
      #expect(leftOvers.files() == [])
    }
  }
}
