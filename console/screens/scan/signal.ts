/** Says it to ears and hands: eyes are on the goods. A browser lets a page do so once it was touched. */

const tones = { good: [880, 0.09], bad: [196, 0.35] } as const;
const shakes = { good: [60], bad: [140, 70, 140] } as const;

let audio: AudioContext | undefined;

export function signal(kind: 'good' | 'bad'): void {
  if (!navigator.userActivation?.hasBeenActive) return;
  navigator.vibrate?.([...shakes[kind]]);
  audio ??= new AudioContext();
  const [hertz, seconds] = tones[kind];
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  volume.gain.value = 0.2;
  tone.frequency.value = hertz;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + seconds);
}
