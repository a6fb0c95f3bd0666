// All test suites run in one process, with sockets and pipes of other tests open in it. A child that inherited one would
// keep it open after the test has closed it, so every child lets go of all but its standard files before it becomes the
// program. posix_spawn cannot do that with the C library's portable interface; a shell can.

internal import Glibc

/// Why a program could not be started.
package struct SpawnFailure: Error, CustomStringConvertible {
  /// What went wrong.
  package let description: String
}

/// How a child begins, besides its words.
struct SpawnOptions {
  /// Descriptors that become its standard input, output and errors; nil: as this process has them.
  var input: Int32?
  var output: Int32?
  /// A file that output and errors are appended to.
  var log: String?
  /// Its environment; nil: the one of this process.
  var environment: [String: String]?
  /// Whether it leads a session of its own, so that Ctrl-C in the terminal does not reach it.
  var leadsSession = false
}

/// Starts a program, named by its path.
func spawn(_ words: [String], _ options: SpawnOptions) throws(SpawnFailure) -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  if let input = options.input { posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) }
  if let output = options.output { posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) }
  if let log = options.log {
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
  }

  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  // Threads of Swift block signals, and a child would inherit that.
  var noSignals = sigset_t()
  sigemptyset(&noSignals)
  posix_spawnattr_setsigmask(&attributes, &noSignals)
  var flags = Int16(POSIX_SPAWN_SETSIGMASK)
  if options.leadsSession { flags |= 0x80 /* POSIX_SPAWN_SETSID */ }
  posix_spawnattr_setflags(&attributes, flags)

  let closeOthersAndBecome = """
    for file in /proc/$$/fd/*; do file=${file##*/}; ((file > 2)) && eval "exec $file>&-"; done
    exec "$@"
    """
  var argv = (["/bin/bash", "-c", closeOthersAndBecome, "bash"] + words).map { strdup($0) } + [nil]
  var environment = options.environment?.map { strdup("\($0.key)=\($0.value)") }
  environment?.append(nil)
  defer { for word in argv + (environment ?? []) { free(word) } }
  var child = pid_t()
  let code =
    if var environment {
      posix_spawn(&child, "/bin/bash", &actions, &attributes, &argv, &environment)
    } else {
      posix_spawn(&child, "/bin/bash", &actions, &attributes, &argv, environ)
    }
  guard code == 0 else { throw SpawnFailure(description: "\(words[0]) cannot be started: error \(code)") }
  return child
}

/// A pipe whose ends no other child inherits.
func makePipe() throws(SpawnFailure) -> (readEnd: Int32, writeEnd: Int32) {
  var ends: [Int32] = [0, 0]
  guard pipe(&ends) == 0 else { throw SpawnFailure(description: "no pipe: error \(errno)") }
  for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  return (ends[0], ends[1])
}

/// The exit code of a child once it has ended: 128 and more for signals, nil when it is still there at the deadline.
func exitCode(of child: pid_t, within limit: Duration) async throws -> Int32? {
  let deadline = ContinuousClock.now.advanced(by: limit)
  while ContinuousClock.now < deadline {
    var status: Int32 = 0
    if waitpid(child, &status, WNOHANG) == child {
      return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
    try await Task.sleep(for: .milliseconds(5))
  }
  return nil
}
