import type { UseFormRegisterReturn } from "react-hook-form";
import { Field, type FieldProps } from "./field";
import { Textarea } from "./textarea";

type Props = Omit<FieldProps, "children"> & { register: UseFormRegisterReturn };

/** Asks for a reason of one or two lines. */
export function ReasonField({ register, ...field }: Props) {
  return <Field {...field}>{(control) => <Textarea {...control} {...register} rows={2} />}</Field>;
}
