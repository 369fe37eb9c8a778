import { InputBase, type InputBaseProps } from "@mantine/core";
import type { Ref, TextareaHTMLAttributes } from "react";

interface Props
  extends
    Pick<InputBaseProps, "label" | "description" | "error" | "classNames">,
    Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "size" | "className" | "style"> {
  ref?: Ref<HTMLTextAreaElement> | undefined;
}

/** A field of several lines. Mantine's own one brings code that measures its height. */
export function TextArea(props: Props) {
  return <InputBase {...props} component="textarea" multiline />;
}
