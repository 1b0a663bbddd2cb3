import Redis

/// Counts attempts for all servers together, in Redis, by the rules of `AttemptLimiter`. Scripts, because Redis runs each as
/// one step: no two servers can both take the last attempt, and no count is left without its end.
struct SharedAttempts: Sendable {
    enum Verdict: Equatable {
        case mayGoAhead
        case mustWait(Duration)
    }

    let redis: RedisBus
    /// What the attempts are at; others are counted apart.
    let subject: String
    let limits: ServerLimits
    /// Whether an attempt counts from its start, or once it was wrong.
    let countsFromStart: Bool

    /// What an attempt does to the counts when it may go ahead.
    private enum Effect: Int {
        case none, counts, clears
    }

    /// Nil when Redis does not say.
    func begin(_ address: String) async -> Verdict? { await ask(address, countsFromStart ? .counts : .none) }

    /// An attempt whose outcome is known already, begun and ended in one step.
    func settle(_ address: String, isRight: Bool) async -> Verdict? { await ask(address, isRight ? .clears : .counts) }

    private func ask(_ address: String, _ effect: Effect) async -> Verdict? {
        let replies = await redis.run([
            eval(
                Self.ask,
                keys(address),
                limits.attemptsPerAddress,
                limits.attemptsInTotal,
                window,
                effect.rawValue
            )
        ])
        guard case .integer(let milliseconds)? = replies?.first else { return nil }
        return milliseconds > 0 ? .mustWait(.milliseconds(milliseconds)) : .mayGoAhead
    }

    /// The attempt was right: it does not count, nor do the wrong ones of this address before it.
    func succeeded(_ address: String) async {
        var commands = [RedisCommand("DEL", RedisKeys.attempts(at: subject, from: address))]
        if countsFromStart { commands.append(eval(Self.takeBack, [RedisKeys.attempts(at: subject, from: nil)])) }
        _ = await redis.run(commands)
    }

    /// The attempt was wrong.
    func failed(_ address: String) async {
        guard !countsFromStart else { return }
        _ = await redis.run([eval(Self.add, keys(address), window)])
    }

    /// The attempt could not be decided: it does not count.
    func undo(_ address: String) async {
        guard countsFromStart else { return }
        _ = await redis.run([eval(Self.takeBack, keys(address))])
    }

    private func keys(_ address: String) -> [String] {
        [RedisKeys.attempts(at: subject, from: address), RedisKeys.attempts(at: subject, from: nil)]
    }

    private var window: Int { Int(limits.attemptWindow / .milliseconds(1)) }

    private func eval(_ script: String, _ keys: [String], _ arguments: Int...) -> RedisCommand {
        RedisCommand("EVAL", [script, "\(keys.count)"] + keys + arguments.map { "\($0)" })
    }

    // MARK: - Scripts

    /// 0, or the milliseconds to wait. `ARGV` has the limit of each key, the window, and the effect.
    private static let ask = """
        for index, key in ipairs(KEYS) do
            if tonumber(redis.call('GET', key) or 0) >= tonumber(ARGV[index]) then
                local left = redis.call('PTTL', key)
                if left >= 0 then return math.max(left, 1) end
                redis.call('PEXPIRE', key, ARGV[3])
                return tonumber(ARGV[3])
            end
        end
        if ARGV[4] == '1' then
            for _, key in ipairs(KEYS) do
                if redis.call('INCR', key) == 1 then redis.call('PEXPIRE', key, ARGV[3]) end
            end
        elseif ARGV[4] == '2' then
            redis.call('DEL', KEYS[1])
        end
        return 0
        """

    private static let add = """
        for _, key in ipairs(KEYS) do
            if redis.call('INCR', key) == 1 then redis.call('PEXPIRE', key, ARGV[1]) end
        end
        return 0
        """

    /// A window may have ended since the attempt began: a count that is not there stays so.
    private static let takeBack = """
        for _, key in ipairs(KEYS) do
            local count = tonumber(redis.call('GET', key) or 0)
            if count > 1 then redis.call('DECR', key) elseif count == 1 then redis.call('DEL', key) end
        end
        return 0
        """
}
