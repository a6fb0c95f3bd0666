import Subprocess
import SystemPackage

// Why a shell script guards the run.
//
// Nothing of a run may outlive `concord`, however it ends, and SIGKILL gives it no chance to clean up. What Linux
// offers falls short: PR_SET_PDEATHSIG fires when the *thread* that spawned the child ends, which in Swift is any
// thread of a pool, and it does not reach grandchildren; a pipe on standard input only ends programs that watch it,
// and a user's command or `postgres` does not. So a third process, the guardian, blocks on a pipe whose only writer is
// `concord`. The kernel closes that pipe when `concord` ends, for whatever reason; the guardian then ends every
// process of the run and removes the run folder. The same code runs at the orderly end, where it usually finds nothing
// to do.
//
// It is a POSIX shell script because a guardian must not share the fate, the memory or the bugs of what it guards,
// must start within a millisecond, and needs nothing but `kill`, `rm` and `/proc`.
//
// No moment is left uncovered. A child is started through a launcher that first writes its own process id to the run
// folder and *then* looks whether the guardian has begun to close the run; the guardian first marks the run as closing
// and *then* reads the registered ids. Whatever the order, one of the two sees the other. Process ids are written with
// their start time (proc(5), field 22), so that an id that was reused in the meantime is left alone. Processes that
// left their group (daemons) are found by a variable that every process of the run inherits.

/// The process that ends everything of a run when `concord` is gone.
package final class Guardian: Sendable {
  /// Name of the variable that marks every process of a run, for the last sweep.
  static let marker: Environment.Key = "CONCORD_RUN"

  private let folder: RunFolder
  private let finishing = Latch<Void>()
  private let finished = Latch<Void>()

  /// Starts the guardian of a run, which makes the run folder, and returns once it is on watch.
  ///
  /// - Throws: `ProcessLaunchError` when there is no POSIX shell to run it, or the folder cannot be made.
  package static func start(for folder: RunFolder) async throws(ProcessLaunchError) -> Guardian {
    let guardian = Guardian(folder: folder)
    let started = Latch<ProcessLaunchError?>()
    Task { await guardian.run(started) }
    if let failure = await started.wait() ?? nil { throw failure }
    return guardian
  }

  private init(folder: RunFolder) {
    self.folder = folder
  }

  /// Ends what is left of the run, removes its folder, and returns when that is done.
  package func finish() async {
    finishing.set(())
    await Task { [finished] in await finished.wait() }.value
  }

  private func run(_ started: Latch<ProcessLaunchError?>) async {
    var options = PlatformOptions()
    options.createSession = true
    do {
      let configuration = Configuration(
        executable: .path("/bin/sh"),
        arguments: ["-c", Self.script, "concord-guardian", folder.path, "\(Self.marker.rawValue)=\(folder.path)"],
        environment: .custom(["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C"]), platformOptions: options)
      _ = try await Subprocess.run(
        configuration, input: .inputWriter, output: .sequence, error: .combinedWithOutput
      ) { execution in
        started.set(await Self.problem(in: execution.standardOutput))
        // The pipe to the guardian stays open until this returns.
        if started.value == .some(nil) { await finishing.wait() }
      }
    } catch {
      started.set(ProcessLaunchError(command: "/bin/sh", message: "\(error)"))
    }
    finished.set(())
  }

  /// Reads what the guardian says first: that it is on watch, or why it cannot be.
  private static func problem(in output: SubprocessOutputSequence) async -> ProcessLaunchError? {
    var text = ""
    do {
      for try await buffer in output {
        text += buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        if text.hasPrefix("watching\n") { return nil }
      }
    } catch {
      text += "\(error)"
    }
    return ProcessLaunchError(command: "the guardian of the run", message: text)
  }

  /// What a child runs first: registers itself, then becomes the command.
  ///
  /// Arguments: registration file, file that is absent once the run is closing, signal that stops it; then the command.
  static let launcher = """
    field() { started=${20}; }
    registration=$1 open=$2 signal=$3
    shift 3
    read -r stat < "/proc/$$/stat" && field ${stat##*) }
    echo "$$ $started $signal" > "$registration" || exit 125
    [ -e "$open" ] || exit 125
    exec "$@"
    """

  /// Arguments: run folder, environment entry that marks the run's processes.
  private static let script = """
    trap '' HUP INT QUIT TERM PIPE
    folder=$1 marker=$2
    field() { now=${20}; }
    is_ours() {
      read -r stat < "/proc/$1/stat" || return 0
      field ${stat##*) }
      [ "$now" = "$2" ]
    }
    signal_all() {
      any=1
      for file in "$folder"/processes/*; do
        read -r pid started stop < "$file" || continue
        is_ours "$pid" "$started" || continue
        kill -s "${1:-$stop}" -- "-$pid" && any=0
      done
      return $any
    }
    # Other users may pass through, as servers that run under another account must, but not look around.
    mkdir -m 711 "$folder" && mkdir -m 700 "$folder/processes" && : > "$folder/open" || exit 1
    echo watching
    exec > /dev/null 2>&1
    while read -r line; do :; done
    rm -f "$folder/open"
    tries=0
    if signal_all ''; then
      while [ $tries -lt 60 ] && signal_all 0; do
        sleep 0.05
        tries=$((tries + 1))
      done
      signal_all KILL
    fi
    for entry in $(grep -lzxF "$marker" /proc/[0-9]*/environ); do
      pid=${entry#/proc/}
      kill -s KILL "${pid%/environ}"
    done
    rm -rf "$folder"
    """
}
