import { MSEEngine } from './mse-engine.js';
import { NativeEngine } from './native-engine.js';

const hls = 'application/vnd.apple.mpegurl';

/**
 * Safari plays HLS best by itself; every other browser that has MediaSource gets our engine, because the native HLS of
 * Chromium gives up at the first failed segment; what is left gets native play with retries.
 * @param wanted `native` or `mse` overrules; null when the video cannot be played here at all.
 */
export function chooseEngine(video, wanted = null) {
  const playsNatively = video.canPlayType(hls) !== '';
  const hasSource = 'MediaSource' in globalThis || 'ManagedMediaSource' in globalThis;
  if (wanted === 'native' && playsNatively) return new NativeEngine(video);
  if (wanted === 'mse' && hasSource) return new MSEEngine(video);
  if ('ManagedMediaSource' in globalThis && playsNatively) return new NativeEngine(video);
  if (hasSource) return new MSEEngine(video);
  return playsNatively ? new NativeEngine(video) : null;
}
