import type { UseFormRegisterReturn } from "react-hook-form";
import { Field, type FieldProps } from "./field";
import { Textarea } from "./textarea";

type Props = Omit<FieldProps, "children"> & { register: UseFormRegisterReturn };

/** Asks in a line or two why something should be done. */
export function ReasonField({ register, ...field }: Props) {
  return <Field {...field}>{(control) => <Textarea {...control} {...register} rows={2} />}</Field>;
}
