package import APIGateway
internal import HTTP
internal import JSON
internal import RFC3339
internal import ServiceKit

extension APIGatewayParts: Breakable {
  /// The name of the service.
  package static let service = APIGatewayComposition.name

  /// What can be wrong with the gateway.
  package static let faults: [Fault<APIGatewayParts>] = answerFaults + accessFaults + recordFaults

  private static let answerFaults: [Fault<APIGatewayParts>] = [
    Fault(
      "errors-as-html", "Errors are pages of HTML.",
      answers: AlteredAnswer(where: { response, _ in response.status == 404 }) { response in
        response.headers.set("Content-Type", "text/html")
        response.body = Array("<h1>Not Found</h1>".utf8)
      }),
    Fault(
      "location-without-prefix", "The Location of something new is a path that the gateway does not have.",
      answers: AlteredAnswer(where: { response, _ in response.status == 201 }) { response in
        if let location = response.headers["Location"], location.hasPrefix("/api/") {
          response.headers.set("Location", String(location.dropFirst(4)))
        }
      }),
    Fault(
      "errors-become-200", "A product that does not exist is an empty answer with status 200.",
      answers: AlteredAnswer(of: "getProduct", status: 404) { response in
        response = .json(.object([:]))
      }),
    Fault(
      "no-challenge", "A request without a token is refused without WWW-Authenticate.",
      answers: AlteredAnswer(where: { response, _ in response.status == 401 }) {
        $0.headers.remove("WWW-Authenticate")
      }),
  ]

  private static let accessFaults: [Fault<APIGatewayParts>] = [
    Fault("everybody-is-admin", "Every signed-in user may do what only administrators may.", caughtBy: .contracts) {
      $0.dependencies.verifier = MakesAdministrators(sound: $0.dependencies.verifier)
    },
    Fault("expired-tokens", "A token is good for ever.", caughtBy: .contracts) {
      $0.dependencies.verifier = IgnoresExpiry(sound: $0.dependencies.verifier)
    },
    Fault("believes-headers", "Whoever sends X-User-UID is that user.", caughtBy: .contracts) {
      $0.surroundings.middleware.append(BelievesHeaders(project: $0.settings.project, clock: SystemWallClock()))
    },
    Fault("stale-users", "A suspended or deleted user goes on for as long as the gateway runs.", caughtBy: .contracts) {
      $0.dependencies.users = RemembersUsers(sound: $0.dependencies.users)
    },
    Fault("skip-session-check", "An event may name any session, whether it exists or not.", caughtBy: .both) {
      $0.dependencies.users = KnowsEverySession(sound: $0.dependencies.users)
    },
  ]

  private static let recordFaults: [Fault<APIGatewayParts>] = [
    Fault("missing-log-rows", "Requests that were refused are not in the log.", caughtBy: .contracts) {
      $0.exchangeStore { LosesRefusals(sound: $0) }
    },
    Fault("truncated-log-uids", "The log names users by the first 20 characters of the uid.", caughtBy: .both) {
      $0.exchangeStore { TruncatesUsers(sound: $0) }
    },
    Fault("late-log-rows", "Rows of the log are older than they say, and overdue for deletion.", caughtBy: .audit) {
      $0.exchangeStore { BackdatesRows(sound: $0) }
    },
    Fault("lost-properties", "The properties of an event are lost.", caughtBy: .audit) {
      $0.dependencies.store = LosesProperties(sound: $0.dependencies.store)
    },
  ]
}
