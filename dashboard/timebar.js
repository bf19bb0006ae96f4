/** The controls of the time: pause, one step back or forward, rewind over the last minute, slow motion, and back to now. */
const byId = id => document.getElementById(id);
const slider = byId('time');

/**
 * @param timeline a Timeline
 * @param draw is called with a state to draw, and whether to show its events
 */
export function connect(timeline, draw) {
  const show = (state, withEvents) => {
    if (state) {
      draw(state, withEvents);
    }
    update(timeline);
  };
  byId('pause').addEventListener('click', () => {
    if (timeline.position.isPaused) {
      timeline.play();
    } else {
      timeline.pause();
    }
    update(timeline);
  });
  byId('back').addEventListener('click', () => show(timeline.stepBack(), false));
  byId('forward').addEventListener('click', () => show(timeline.stepForward(), true));
  byId('speed').addEventListener('change', () => {
    timeline.setSpeed(Number(byId('speed').value));
    update(timeline);
  });
  byId('live').addEventListener('click', () => {
    timeline.live();
    show(timeline.newest, false);
  });
  slider.addEventListener('input', () => show(timeline.goTo(timeline.position.to + Number(slider.value) * 1000), false));
}

/** Shows where the timeline is. */
export function update(timeline) {
  const {isLive, isPaused, speed, at, from, to} = timeline.position;
  const behind = Math.max(0, (to - at) / 1000);
  document.body.classList.toggle('past', !isLive);
  slider.min = Math.round((from - to) / 100) / 10;
  if (document.activeElement !== slider || !isPaused) {
    slider.value = -behind;
  }
  setText(byId('pause'), isPaused ? 'play' : 'pause');
  byId('speed').value = String(speed);
  byId('live').disabled = isLive;
  const text = isLive ? 'now' : `${behind.toFixed(1)} s ago`;
  setText(byId('when'), text);
  slider.setAttribute('aria-valuetext', text);
}

function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
