"""Hears what a player plays: the pitch of its tone."""

from player_page import PlayerPage, wait_until

LISTEN = """() => {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
    context.createMediaElementSource(window.__vlogPlayer.video).connect(analyser);
    window.hears = () => {
        const bins = new Float32Array(analyser.frequencyBinCount);
        analyser.getFloatFrequencyData(bins);
        const loudest = bins.indexOf(Math.max(...bins));
        return bins[loudest] > -60 ? Math.round(loudest * context.sampleRate / analyser.fftSize) : 0;
    };
}"""


class SoundMeter:
    def __init__(self, player: PlayerPage):
        self.player = player
        player.page.evaluate(LISTEN)

    def pitch(self) -> int:
        """Hz of the loudest tone; 0 in silence."""
        return self.player.page.evaluate("window.hears()")

    def wait_for(self, hertz: int, seconds: float = 15) -> None:
        wait_until(lambda: abs(self.pitch() - hertz) < 40, f"a tone of {hertz} Hz", seconds, lambda: (self.pitch(), self.player.get("engine.history.slice(-25)")))
