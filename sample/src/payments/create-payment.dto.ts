import { IsOptional, IsString, Length, Matches } from 'class-validator';

/** What a person enters for a new payment. */
export class CreatePaymentDto {
  @Matches(/^(?=.*[1-9])\d{1,15}(\.\d{1,18})?$/, {
    message: 'The amount must be a number above zero, such as 10.00.',
  })
  readonly amount: string = '';

  @Matches(/^[A-Z]{3,5}$/, {
    message: 'The currency must be a code of 3 to 5 capital letters, such as USDT.',
  })
  readonly currency: string = '';

  @IsOptional()
  @IsString({ message: 'The reference must be text.' })
  @Length(1, 100, { message: 'The reference must have 1 to 100 characters.' })
  readonly reference?: string;
}
