import type { History } from './steps.ts';

/** Histories that failed once, as short as they got; each with what was wrong. */
export const EXAMPLES: readonly History[] = [
  // I5: a group that was born while pages were sent; the relay did not know that the device had something of it
  {
    seed: 4294967270,
    devices: 3,
    steps: [
      ['deliver', 0, 39612],
      ['create', 0, 0],
      ['deliver', 0, 11054],
      ['rights', 1, 0],
    ],
  },
  // I5: a crash right after a refusal was stored; the record that exists nowhere left its id behind
  {
    seed: 1991748813,
    devices: 3,
    steps: [
      ['deliver', 0, 7336],
      ['create', 2, 49487],
      ['deliver', 0, 58160],
      ['crash', 2, 0],
      ['settle', 0, 0],
    ],
  },
  // I3: a record was taken back in the moment somebody wrote on it; the session's clocks began anew and repeated
  {
    seed: 176599339,
    devices: 3,
    steps: [
      ['create', 2, 0],
      ['settle', 0, 0],
      ['move', 0, 20679],
      ['rights', 2, 0],
      ['deliver', 0, 0],
      ['deliver', 0, 0],
      ['move', 2, 0],
      ['deliver', 0, 0],
    ],
  },
  // P5: edits of two documents of one record were refused; the later one, which stood for itself, was forgotten
  {
    seed: 3806957624,
    devices: 2,
    steps: [
      ['create', 0, 0],
      ['settle', 0, 0],
      ['move', 0, 10603],
      ['move', 1, 0],
      ['lose', 0, 0],
      ['move', 1, 0],
      ['deliver', 0, 0],
      ['rights', 0, 0],
      ['deliver', 0, 4561],
      ['move', 0, 0],
      ['move', 1, 0],
      ['deliver', 0, 0],
    ],
  },
  // I4: a device had written into a group before it could see it, and was told which records had left that group
  {
    seed: 3806957624,
    devices: 2,
    steps: [
      ['create', 1, 22871],
      ['deliver', 2, 28174],
      ['create', 0, 65425],
      ['rights', 1, 31877],
      ['import', 0, 8737],
      ['crash', 0, 33564],
      ['settle', 2, 55232],
      ['rights', 1, 9067],
    ],
  },
];
