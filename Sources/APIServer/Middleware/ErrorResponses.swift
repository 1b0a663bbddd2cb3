import Archives
import Catalog
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import Transcoding
import VLogCore

/// Chooses the status of every error, here and nowhere else, and answers with an `ErrorBody`.
struct ErrorResponses<Context: APIContext>: RouterMiddleware {
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let known = APIError(any: error)
            log(error, answeredWith: known.status, logger: context.logger)
            let body = ErrorBody(detail: known.detail, code: known.code, requestID: context.requestID)
            return try JSONResponse(body, status: known.status, headers: known.headers)
                .response(from: request, context: context)
        }
    }

    /// Refusals are the client's business and stand in the request's own line; the rest is ours.
    private func log(_ error: any Error, answeredWith status: HTTPResponse.Status, logger: Logger) {
        if status == .internalServerError {
            logger.error("request failed", metadata: ["error": "\(error)"])
        } else if status.kind == .serverError, !(error is CancellationError) {
            logger.warning("request refused", metadata: ["error": "\(error)"])
        } else {
            logger.debug("request refused", metadata: ["error": "\(error)"])
        }
    }
}

extension APIError {
    /// The one table from errors to what clients are told; what it does not know is a bare 500.
    init(any error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as CatalogError: self.init(error)
        case let error as PostgresError: self.init(error)
        case let error as StorageError where error.code == .noSpace:
            self = APIError(.insufficientStorage, "The server's disk is full.", code: "no_space", cause: error)
        case let error as SourceError:
            self = APIError(.unprocessableContent, error.message, code: error.code.rawValue, cause: error)
        case let error as MultipartError:
            let status: HTTPResponse.Status = error.code == .tooLarge ? .contentTooLarge : .badRequest
            self = APIError(status, error.message, code: "multipart", cause: error)
        case let error as ArchiveError:
            let status: HTTPResponse.Status =
                switch error.code {
                case .damaged: .badRequest
                case .forbidden: .unprocessableContent
                case .tooLarge: .contentTooLarge
                }
            self = APIError(status, error.message, code: "archive", cause: error)
        case let error as any HTTPResponseError: self.init(status: error.status, cause: error)
        case is CancellationError:
            self = APIError(.serviceUnavailable, "The server is stopping.", headers: [.retryAfter: "5"], cause: error)
        default: self = APIError(.internalServerError, "The server failed; its log tells why.", cause: error)
        }
    }

    private init(_ error: CatalogError) {
        switch error.code {
        case .notFound: self = APIError(.notFound, error.message, cause: error)
        case .conflict: self = APIError(.conflict, error.message, cause: error)
        case .leaseLost: self = APIError(.conflict, error.message, code: "lease_lost", cause: error)
        case .jobGone: self = APIError(.gone, error.message, code: "job_gone", cause: error)
        }
    }

    private init(_ error: PostgresError) {
        switch error.code {
        case .connectionFailed, .connectionLost, .poolTimeout, .closed:
            self = APIError(
                .serviceUnavailable,
                "The database cannot be reached at the moment; try again in a few seconds.",
                code: "database_unavailable",
                headers: [.retryAfter: "5"],
                cause: error
            )
        case .queryFailed, .decoding, .cancelled:
            self = APIError(.internalServerError, "The server failed; its log tells why.", cause: error)
        }
    }

    /// For what Hummingbird itself refuses: unknown routes, bodies over the limit.
    private init(status: HTTPResponse.Status, cause: any Error) {
        switch status {
        case .notFound: self = APIError(.notFound, "There is nothing at this address.")
        case .contentTooLarge: self = APIError(.contentTooLarge, "The request body is too long.")
        case .badRequest: self = APIError(.badRequest, "The request cannot be read.", cause: cause)
        default: self = APIError(status, "\(status.reasonPhrase).", cause: cause)
        }
    }
}
