import ChildProcesses
import Glibc
import HTTP
import Testing

@Suite("The emulator as a process")
struct ProcessTests {
  private func start(_ arguments: [String] = []) throws -> ChildProcess {
    try ChildProcess(ChildProcess.productsFolder() + "/firestore-emulator", arguments)
  }

  @Test("it says where it listens and answers there")
  func ready() async throws {
    let process = try start(["--port", "0", "--project=p"])
    let line = try #require(await process.line())
    #expect(line.hasPrefix("ready 127.0.0.1:"))
    let client = HTTPClient()
    defer { client.shutdown() }
    let answer = try await client.send(HTTPRequest(url: "http://\(line.dropFirst("ready ".count))/"))
    #expect(answer.status == 200 && String(decoding: answer.body, as: UTF8.self) == "Ok\n")
    process.signal(SIGTERM)
    #expect(try await process.exitCode() == 0)
  }

  @Test("SIGINT and SIGTERM end it in order", arguments: [SIGINT, SIGTERM])
  func signals(number: Int32) async throws {
    let process = try start()
    _ = await process.line()
    process.signal(number)
    #expect(try await process.exitCode() == 0)
  }

  @Test("when watched, the end of standard input ends it")
  func standardInput() async throws {
    let process = try start(["--watch-stdin"])
    _ = await process.line()
    process.closeInput()
    #expect(try await process.exitCode() == 0)
  }

  @Test("a port in use is refused with its number, exit code 3")
  func portInUse() async throws {
    let first = try start()
    let port = try #require(await first.line()?.split(separator: ":").last)
    let second = try start(["--port", String(port)])
    #expect(try await second.exitCode() == 3)
    first.signal(SIGTERM)
    #expect(try await first.exitCode() == 0)
  }

  @Test("unknown options are refused with exit code 64", arguments: [["--bogus"], ["--port", "x"], ["--host"]])
  func usage(arguments: [String]) async throws {
    #expect(try await start(arguments).exitCode() == 64)
  }
}
