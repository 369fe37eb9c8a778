import { useEffect, useEffectEvent, useState } from "react";

import type { NotificationView } from "../../../api";
import type { Pushed } from "../../../kernel/pushed";
import { useUnread } from "../../../live/notices";
import { usePreferences } from "../../../live/preferences";
import { onPushed } from "../../../live/socket";
import { useGo } from "../../../ui/place";
import { showsOnDesktop } from "../desktop";

const NAME = "Deskbell";
/** The tone, in hertz and seconds. */
const TONE = { pitch: 880, volume: 0.1, length: 0.4 };

/** Shows notifications outside of the page: their number in its title, and as one wants a desktop notice and a sound. */
export function Alerts(): null {
  const unread = useUnread();
  const sounds = usePreferences()?.sounds === true;
  const isAlerting = useIsAlerting();
  const go = useGo();
  useEffect(() => {
    document.title = unread === 0 ? NAME : `(${unread}) ${NAME}`;
    return () => {
      document.title = NAME;
    };
  }, [unread]);

  const hear = useEffectEvent(({ event, data }: Pushed) => {
    if (event !== "notification.new" || !isAlerting) return;
    if (sounds) ring();
    if (document.hasFocus() || !showsOnDesktop()) return;
    const { id, title, message, link } = data as unknown as NotificationView;
    const notice = new Notification(title, { body: message, tag: id });
    notice.onclick = () => {
      window.focus();
      notice.close();
      go(link.replace(/^\/desk/, "").replace(/#.*$/, ""));
    };
  });
  useEffect(() => onPushed((pushed) => hear(pushed)), []);
  return null;
}

/** Whether this tab shows them: one of all tabs of the desk does. */
function useIsAlerting(): boolean {
  // Without a secure connection tabs know nothing of each other.
  const [shows, setShows] = useState(() => !("locks" in navigator));
  useEffect(() => {
    if (!("locks" in navigator)) return undefined;
    const waiting = new AbortController();
    let release: () => void = () => undefined;
    const held = () => {
      setShows(true);
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    };
    navigator.locks.request("deskbell.alerts", { signal: waiting.signal }, held).catch(() => undefined);
    return () => {
      waiting.abort();
      release();
    };
  }, []);
  return shows;
}

function ring(): void {
  const { pitch, volume, length } = TONE;
  const context = new AudioContext();
  const loudness = context.createGain();
  const tone = context.createOscillator();
  loudness.gain.setValueAtTime(volume, context.currentTime);
  loudness.gain.exponentialRampToValueAtTime(volume / 100, context.currentTime + length);
  tone.frequency.value = pitch;
  tone.connect(loudness).connect(context.destination);
  tone.onended = () => void context.close();
  tone.start();
  tone.stop(context.currentTime + length);
}
