const soundCodecs = /^(mp4a|ac-3|ec-3|opus|flac)/i;
const sameFamily = { avc3: 'avc1', hev1: 'hvc1', dvhe: 'dvh1' };

export const isSound = (codec) => soundCodecs.test(codec);

/** `avc1` for `avc1.640028` and for `avc3.…`: what a SourceBuffer takes without a change of its type. */
export function codecFamily(codec) {
  const [name] = codec.split('.');
  return sameFamily[name] ?? name;
}

/** The family of the first codec of a media type such as `video/mp4; codecs="avc1.640028"`. */
export function familyOfType(type) {
  return codecFamily(/codecs="([^",]*)/.exec(type)?.[1] ?? '');
}
