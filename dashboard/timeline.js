/**
 * The states of the last 60 seconds, and the clock of what is shown: live, paused, or behind the broker and possibly slower. It draws
 * nothing and measures no time. A state has a {@code time} in milliseconds and a {@code signature}.
 */
const KEPT_MS = 60_000;

export class Timeline {
  #states = [];
  #newestTime = 0;
  /** The time of what is shown; null if it is live. */
  #at = null;
  #isPaused = false;
  #speed = 1;
  /** The state that was shown last; null for none. */
  #shown = null;

  /** Forgets all states, and is live. */
  clear() {
    this.#states = [];
    this.#shown = null;
    this.live();
  }

  /** Adds the newest state. If it looks like the one before it, only the time moves on. */
  add(state) {
    this.#newestTime = state.time;
    const last = this.#states.at(-1);
    if (last && last.signature === state.signature && !state.events.length && last.deliveries === state.deliveries) {
      return;
    }
    this.#states.push(state);
    while (this.#states.length > 1 && this.#states[1].time <= state.time - KEPT_MS) {
      this.#states.shift();
    }
  }

  /** The last state that was added; null for none. */
  get newest() {
    return this.#states.at(-1) ?? null;
  }

  /** The states of the last minute, the oldest first. */
  get states() {
    return this.#states;
  }

  /** What is shown: {isLive, isPaused, speed, at, from, to}, the times in milliseconds. */
  get position() {
    const from = Math.max(this.#newestTime - KEPT_MS, this.#states[0]?.time ?? 0);
    return {isLive: this.#at === null, isPaused: this.#isPaused, speed: this.#speed, at: this.#at ?? this.#newestTime, from, to: this.#newestTime};
  }

  /** Moves the clock. @return the states that are now shown, the last one to stay */
  advance(elapsedMs) {
    if (this.#at !== null && !this.#isPaused) { // a pause may last longer than the states are kept
      this.#at = Math.min(Math.max(this.#at + elapsedMs * this.#speed, this.position.from), this.#newestTime);
    }
    const until = this.#at ?? Infinity;
    const after = this.#shown?.time ?? -Infinity;
    const due = this.#states.filter(state => state.time > after && state.time <= until);
    this.#shown = due.at(-1) ?? this.#shown;
    return due;
  }

  pause() {
    this.#at ??= this.#newestTime;
    this.#isPaused = true;
  }

  /** Goes on from what is shown. At full speed it stays as far behind the broker as it is; {@link live} ends that. */
  play() {
    this.#isPaused = false;
  }

  /** @param speed 1, 0.5 or 0.1 of the speed of the broker */
  setSpeed(speed) {
    this.#speed = speed;
    if (speed < 1) {
      this.#at ??= this.#newestTime;
    }
  }

  /** Shows the newest state. What was between it and the shown one is not shown. */
  live() {
    this.#shown = this.newest;
    this.#at = null;
    this.#isPaused = false;
    this.#speed = 1;
  }

  /** Pauses at a time. @return the state of that time; null for none */
  goTo(time) {
    this.pause();
    this.#at = Math.min(Math.max(time, this.position.from), this.#newestTime);
    this.#shown = this.#states.filter(state => state.time <= this.#at).at(-1) ?? this.#states[0] ?? null;
    return this.#shown;
  }

  /** Pauses at the state before the shown one. @return it */
  stepBack() {
    const before = this.#states.filter(state => state.time < this.#shown?.time).at(-1);
    return this.goTo(before?.time ?? 0);
  }

  /** Pauses at the state after the shown one. @return it; null if the shown one is the newest */
  stepForward() {
    const next = this.#states.find(state => state.time > (this.#shown?.time ?? 0));
    return next ? this.goTo(next.time) : null;
  }
}
