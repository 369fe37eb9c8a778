import { act, renderHook } from "@testing-library/react";
import { expect, test } from "vitest";

import { type Refusal, useForm } from "./use-form";

interface Values {
  name: string;
  words: string;
}

const STALE: Refusal = {
  kind: "refused",
  status: 412,
  code: "PRECONDITION_FAILED",
  message: "",
  fields: {},
  requestId: null,
};

/** A form whose saves end when the test says so. */
function opened() {
  const sent: Values[] = [];
  const ends: ((refused?: Refusal) => void)[] = [];
  let saved: Values = { name: "Ann", words: "" };
  const save = (values: Values) => {
    sent.push(values);
    return new Promise<Refusal | undefined>((resolve) =>
      ends.push((refused) => {
        if (refused === undefined) saved = values;
        resolve(refused);
      }),
    );
  };
  const form = renderHook(() => useForm<Values>({ place: "test", saved, save }));
  const end = (refused?: Refusal) =>
    act(async () => {
      ends.shift()?.(refused);
      await Promise.resolve();
    });
  return { form, sent, end };
}

test("what is typed while a save is under way stays, and a second save in between follows the first", async () => {
  const { form, sent, end } = opened();
  act(() => form.result.current.set("name", "Anna"));
  act(() => void form.result.current.save());
  expect(form.result.current.busy).toBe(true);
  act(() => form.result.current.set("words", "Hello"));
  act(() => void form.result.current.save());
  expect(sent).toEqual([{ name: "Anna", words: "" }]);
  await end();
  expect(sent).toEqual([
    { name: "Anna", words: "" },
    { name: "Anna", words: "Hello" },
  ]);
  await end();
  expect(form.result.current).toMatchObject({ changed: false, busy: false, done: true });
});

test("a second save without a change sends nothing", async () => {
  const { form, sent, end } = opened();
  act(() => form.result.current.set("name", "Anna"));
  act(() => void form.result.current.save());
  act(() => void form.result.current.save());
  await end();
  expect(sent).toHaveLength(1);
  expect(form.result.current).toMatchObject({ changed: false, busy: false });
});

test("after a refusal every word is there, and nothing is sent without an act", async () => {
  const { form, sent, end } = opened();
  act(() => form.result.current.set("name", "Anna"));
  act(() => void form.result.current.save());
  act(() => form.result.current.set("words", "Hello"));
  act(() => void form.result.current.save());
  const refused = {
    kind: "refused",
    status: 500,
    code: "INTERNAL",
    message: "No",
    fields: {},
    requestId: null,
  } as const;
  await end(refused);
  expect(sent).toHaveLength(1);
  expect(form.result.current.values).toEqual({ name: "Anna", words: "Hello" });
  expect(form.result.current).toMatchObject({ changed: true, busy: false, refusal: refused });
});

test("after a 412 what no colleague touched is sent again, and what one touched is not", async () => {
  let theirs: Values = { name: "Ann", words: "theirs" };
  const sent: Values[] = [];
  const answers: (Refusal | undefined)[] = [STALE, undefined, STALE];
  const saved: Values = { name: "Ann", words: "" };
  const form = renderHook(() =>
    useForm<Values>({
      place: "stale",
      saved,
      refresh: () => Promise.resolve(theirs),
      save: (values) => {
        sent.push(values);
        return Promise.resolve(answers.shift());
      },
    }),
  );
  act(() => form.result.current.set("name", "Anna"));
  await act(() => form.result.current.save());
  expect(sent).toEqual([
    { name: "Anna", words: "" },
    { name: "Anna", words: "theirs" },
  ]);
  act(() => form.result.current.set("name", "Anne"));
  theirs = { name: "Annika", words: "theirs" };
  await act(() => form.result.current.save());
  expect(sent).toHaveLength(3);
  expect(form.result.current.refusal?.status).toBe(412);
  expect(form.result.current.values.name).toBe("Anne");
});
