import Glibc

/// Runs a program to its end and returns its exit status; its output goes where the tests' output goes.
func run(_ program: String, _ arguments: [String]) throws -> Int32 {
  struct CannotRun: Error { let code: Int32 }
  var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
  defer { for word in words { free(word) } }
  words.append(nil)
  var child: pid_t = 0
  let code = posix_spawn(&child, program, nil, nil, words, nil)
  guard code == 0 else { throw CannotRun(code: code) }
  var status: Int32 = 0
  while waitpid(child, &status, 0) == -1, errno == EINTR {}
  return (status >> 8) & 0xFF
}
