import { shortSide } from './adaptation.js';

const audioCodecs = /^(mp4a|ac-3|ec-3|opus|flac|fLaC|Opus)/;

/**
 * The rungs of a master playlist that this browser can decode, lowest first, with the type of their SourceBuffers.
 * One family of video codecs is kept: a change of codec in one buffer ends play in some browsers.
 */
export function playableLevels(master, isTypeSupported) {
  const candidates = master.variants.map(withTypes).filter((level) => {
    const types = [level.videoType, level.audioType].filter(Boolean);
    return types.length > 0 && types.every(isTypeSupported);
  });
  const families = [...new Set(candidates.map(family))];
  const chosen = families.includes('avc1') ? 'avc1' : families[0];
  return candidates
    .filter((level) => family(level) === chosen)
    .sort((a, b) => a.bandwidth - b.bandwidth)
    .map((level, index) => ({ ...level, index, name: level.label ?? `${shortSide(level)}p` }));
}

function withTypes(variant) {
  const sound = variant.codecs.filter((codec) => audioCodecs.test(codec));
  const picture = variant.codecs.filter((codec) => !audioCodecs.test(codec));
  const isApart = variant.audioGroup !== null && sound.length > 0;
  return {
    ...variant,
    videoType: `video/mp4; codecs="${(isApart ? picture : variant.codecs).join(',')}"`,
    audioType: isApart ? `audio/mp4; codecs="${sound.join(',')}"` : null,
  };
}

/** `avc1` and `avc3` are one family, and so on. */
function family(level) {
  const name = (level.codecs.find((codec) => !audioCodecs.test(codec)) ?? '').split('.')[0];
  return { avc3: 'avc1', hev1: 'hvc1' }[name] ?? name;
}
