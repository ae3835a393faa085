/** What a fake camera of Chromium shows: a GS1 DataMatrix on white, as a film of one picture (Y4M, grey in 4:2:0). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import bwipjs from 'bwip-js/node';

const [WIDTH, HEIGHT] = [640, 480];
const MODULE = 8;

export interface CameraFilm {
  /** For `consoleRig`. */
  args: readonly string[];
  remove: () => void;
}

/** `text` as people read it: `(01)04006381333931(30)3`. */
export function cameraFilm(text: string): CameraFilm {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-camera-'));
  const file = join(folder, 'camera.y4m');
  const head = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\nFRAME\n`;
  writeFileSync(file, Buffer.concat([Buffer.from(head), pictureOf(text)]));
  const fake = ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${file}`];
  return { args: fake, remove: () => rmSync(folder, { recursive: true }) };
}

function pictureOf(text: string): Buffer {
  const [symbol] = bwipjs.raw({ bcid: 'gs1datamatrix', text }) as unknown as [
    { pixs: number[]; pixx: number; pixy: number },
  ];
  const { pixs, pixx, pixy } = symbol;
  const picture = Buffer.alloc((WIDTH * HEIGHT * 3) / 2, 235);
  picture.fill(128, WIDTH * HEIGHT);
  const [left, top] = [(WIDTH - pixx * MODULE) >> 1, (HEIGHT - pixy * MODULE) >> 1];
  for (let y = 0; y < pixy * MODULE; y += 1) {
    for (let x = 0; x < pixx * MODULE; x += 1) {
      const isDark = pixs[Math.floor(y / MODULE) * pixx + Math.floor(x / MODULE)] === 1;
      if (isDark) picture[(top + y) * WIDTH + left + x] = 16;
    }
  }
  return picture;
}
