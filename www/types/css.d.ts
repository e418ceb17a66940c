declare module "callpoint:*.css" {
  const text: string;
  export default text;
}
