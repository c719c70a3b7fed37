//! Versions and constraints against answers of Masterminds semver 3.5.0, the library inside Helm 4.3.1 (spec 2.10).

use skeg_value::semver::{Constraint, Version, VersionError};

/// A text, and the parts and the canonical form of the version or the error.
const LENIENT: [(&str, &str); 24] = [
    ("v1.0.10", "1 0 10   1.0.10"),
    ("v1.10.1-0", "1 10 1 0  1.10.1-0"),
    ("2.1.2+01", "2 1 2  01 2.1.2+01"),
    ("1-0+01", "1 0 0 0 01 1.0.0-0+01"),
    ("1.3.1+1.2", "1 3 1  1.2 1.3.1+1.2"),
    ("v3.1+m", "3 1 0  m 3.1.0+m"),
    ("0-0+m", "0 0 0 0 m 0.0.0-0+m"),
    ("v1-0+1.2", "1 0 0 0 1.2 1.0.0-0+1.2"),
    ("01.0+k3s1", "1 0 0  k3s1 1.0.0+k3s1"),
    ("2.10-1+k3s1", "2 10 0 1 k3s1 2.10.0-1+k3s1"),
    ("v1.3.2-rc.1", "1 3 2 rc.1  1.3.2-rc.1"),
    ("01.3-a-b", "1 3 0 a-b  1.3.0-a-b"),
    ("1.1-rc.1+01", "1 1 0 rc.1 01 1.1.0-rc.1+01"),
    ("v2.2-a-b+01", "2 2 0 a-b 01 2.2.0-a-b+01"),
    ("01-rc.1+m", "1 0 0 rc.1 m 1.0.0-rc.1+m"),
    ("1.1.1-rc.1+1.2", "1 1 1 rc.1 1.2 1.1.1-rc.1+1.2"),
    ("0-a-b+1.2", "0 0 0 a-b 1.2 0.0.0-a-b+1.2"),
    ("0-a-b+m", "0 0 0 a-b m 0.0.0-a-b+m"),
    ("10.2-alpha", "10 2 0 alpha  10.2.0-alpha"),
    ("v0.2.1-beta.11", "0 2 1 beta.11  0.2.1-beta.11"),
    ("2.3.1-rc.1+k3s1", "2 3 1 rc.1 k3s1 2.3.1-rc.1+k3s1"),
    ("v1.10-beta.2+01", "1 10 0 beta.2 01 1.10.0-beta.2+01"),
    ("v1.2.1-a-b+k3s1", "1 2 1 a-b k3s1 1.2.1-a-b+k3s1"),
    ("3.0.1-alpha+01", "3 0 1 alpha 01 3.0.1-alpha+01"),
];

/// The same for strict parsing.
const STRICT: [(&str, &str); 20] = [
    ("0.0.0", "0 0 0   0.0.0"),
    ("1.10.1+01", "1 10 1  01 1.10.1+01"),
    ("1.1.2-0", "1 1 2 0  1.1.2-0"),
    ("1.1.0-1+01", "1 1 0 1 01 1.1.0-1+01"),
    ("1.10.10+m", "1 10 10  m 1.10.10+m"),
    ("3.10.1+1.2", "3 10 1  1.2 3.10.1+1.2"),
    ("1.0.2-0+m", "1 0 2 0 m 1.0.2-0+m"),
    ("1.3.3-1+1.2", "1 3 3 1 1.2 1.3.3-1+1.2"),
    ("1.2.2+k3s1", "1 2 2  k3s1 1.2.2+k3s1"),
    ("1.1.2-0+k3s1", "1 1 2 0 k3s1 1.1.2-0+k3s1"),
    ("1.1.3-a-b", "1 1 3 a-b  1.1.3-a-b"),
    ("2.1.1-rc.1", "2 1 1 rc.1  2.1.1-rc.1"),
    ("0.0.0-rc.1+01", "0 0 0 rc.1 01 0.0.0-rc.1+01"),
    ("3.1.10-a-b+01", "3 1 10 a-b 01 3.1.10-a-b+01"),
    ("1.3.1-rc.1+1.2", "1 3 1 rc.1 1.2 1.3.1-rc.1+1.2"),
    ("2.1.2-rc.1+m", "2 1 2 rc.1 m 2.1.2-rc.1+m"),
    ("2.1.3-a-b+1.2", "2 1 3 a-b 1.2 2.1.3-a-b+1.2"),
    ("1.10.2-a-b+m", "1 10 2 a-b m 1.10.2-a-b+m"),
    ("1.2.3-beta.2", "1 2 3 beta.2  1.2.3-beta.2"),
    ("2.2.3-alpha", "2 2 3 alpha  2.2.3-alpha"),
];

/// A text that is no constraint, and the error.
const IMPROPER: [(&str, &str); 24] = [
    (
        "~ v2-a..b >=10.10.2||~>1.2 || =1.1  <=10.1+a..b =<10",
        "improper constraint: \"~ v2-a..b >=10.10.2\"",
    ),
    ("^v3.0.1+1.2  ~> 1.0.10-01", "constraint parser error"),
    ("!=2  != 2.10.*.2", "improper constraint: \"!=2  != 2.10.*.2\""),
    (
        "v3-rc.1,> v1.0 , >=3.1.0-01 || >v10,~>*, =<3.1.10-alpha",
        "constraint parser error",
    ),
    (
        "!=3.10.1||=>01, 2.2.10 - *.2.0.*-0 =>v1.1.2+m || ~>v2-alpha =>2.1-beta.11",
        "improper constraint: \"=>01,>= 2.2.10, <= *.2.0 .*-0 =>v1.1.2+m \"",
    ),
    ("< 1-01,^1.1.3-beta.2", "constraint parser error"),
    (
        "^1.3-beta.2+ || <=*.0.x.01 ^1 , 0.x",
        "improper constraint: \"^1.3-beta.2+ \"",
    ),
    ("<1.1.1,1, 1-beta.2 - v1||!= 2-01", "constraint parser error"),
    (
        "<= 0+01  1.2-rc.1 - 1.2.1, <= 1.1.1-rc.1 || =<0.99999999999999999999",
        "improper constraint: \"<= 0+01>= 1.2-rc.1, <= 1.2.1 , <= 1.1.1-rc.1 \"",
    ),
    (
        "^ 1 , 3.0-a-b - 2.0.x||= 2.99999999999999999999",
        "constraint parser error",
    ),
    (
        "1+1.2||=<3.2.10-é , 1.1.1- || <=v3+m , <0.1 , v10",
        "improper constraint: \"=<3.2.10-é , 1.1.1- \"",
    ),
    (
        "=<1.1.10,=1.0.1 , =< 1.99999999999999999999.3",
        "constraint parser error",
    ),
    (
        "!=v0.1.0-a..b+||= 10.3.10.*-alpha , =>1.1.2-01+01,=>v3+m",
        "improper constraint: \"!=v0.1.0-a..b+\"",
    ),
    (
        "=<10.1.2  v1.10.1-01 , ~> 10.0-beta.11||<=2.1-1  v*.0.* - 99999999999999999999.1-rc.1, v2+m - v2-||~> v01-rc.1, <10.1",
        "constraint parser error",
    ),
    (
        "<1,<= 0- , 10+01 - 1.1",
        "improper constraint: \"<1,<= 0- ,>= 10+01, <= 1.1 \"",
    ),
    ("v10.0.1 - 3.10.1-rc.1 || v0.2.1-01 - 0", "constraint parser error"),
    (
        "=1.1.1, =<v1.1.1+a..b||=<0||<10",
        "improper constraint: \"=1.1.1, =<v1.1.1+a..b\"",
    ),
    ("v01.01-beta.2 - 1||<1.1.1-01", "constraint parser error"),
    (">= 0 || = 1.0.10+m||=> 3.2-0+", "improper constraint: \"=> 3.2-0+\""),
    (
        "3.99999999999999999999.2 - x.99999999999999999999.0 , >1 || ^10.3.1 <3",
        "constraint parser error",
    ),
    (
        "~ v0 <1.0.0.01+1.2 || =>v0, 99999999999999999999.0 - 1.1.1 || =1.3.3+1.2, =>1  ^0.0.1-beta.2",
        "improper constraint: \"~ v0 <1.0.0.01+1.2 \"",
    ),
    (
        "> v2.0.10-beta.2||>=2.3.0 =<99999999999999999999.3.0",
        "constraint parser error",
    ),
    (
        "=<0.1.1 , >= v01||2+a..b - x.01 , ~ 1.1",
        "improper constraint: \"2+a..b - x.01 , ~ 1.1\"",
    ),
    (
        "= 1.1-a-b , <= 0-01,10.1 - 2||<=v2.10.0+1.2 ,  x.0.0.1-a..b, =<10.01.*.10+k3s1",
        "constraint parser error",
    ),
];

/// A constraint and its normal form.
const NORMAL: [(&str, &str); 20] = [
    ("01", "01"),
    ("=3", "=3"),
    ("2 ,  1", "2 1"),
    (" *", "*"),
    ("<10", "<10"),
    ("v2", "v2"),
    ("x", "x"),
    (" 2.0", "2.0"),
    ("^01", "^01"),
    (" 1-0", "1-0"),
    ("> 2", ">2"),
    ("~ 3", "~3"),
    ("<v3", "<v3"),
    (">v10", ">v10"),
    ("= v2", "=v2"),
    (">x", ">x"),
    ("=<0", "=<0"),
    ("<3.2", "<3.2"),
    (">=2", ">=2"),
    ("10.3+01", "10.3+01"),
];

/// A constraint, a version, whether it satisfies it, and `ok` or the reasons why not.
const VALIDATED: [(&str, &str, &str); 60] = [
    ("<=v2||~10-alpha  <v3 =3.1.1-beta.11", "1.1.1", "true;ok"),
    ("!=2.10.1,!=1+01", "1.1.2", "false;\"1.1.2\" is equal to \"1+01\""),
    ("=2", "v1", "false;\"1.0.0\" is less than \"2\""),
    ("=0.0.2", "1", "false;\"1.0.0\" is not equal to \"0.0.2\""),
    (
        "<=v0.2-beta.2",
        "v10.1.0",
        "false;\"10.1.0\" is greater than \"v0.2-beta.2\"",
    ),
    (
        ">1.1-alpha",
        "1.0.1",
        "false;\"1.0.1\" is less than or equal to \"1.1-alpha\"",
    ),
    (
        "!=1, 2-0",
        "v1",
        "false;\"1.0.0\" is equal to \"1\";\"1.0.0\" is less than \"2-0\"",
    ),
    (
        "^2.1.0+1.2||!=1-rc.1",
        "1",
        "false;\"1.0.0\" is less than \"2.1.0+1.2\";\"1.0.0\" is equal to \"1-rc.1\"",
    ),
    (
        "< 1.2.0",
        "3.0",
        "false;\"3.0.0\" is greater than or equal to \"1.2.0\"",
    ),
    (
        "~10.1.2-0,^10.3.1 , 1.0.1-0 - 1",
        "v1.1.2",
        "false;\"1.1.2\" is less than \"10.1.2-0\";\"1.1.2\" is less than \"10.3.1\"",
    ),
    (
        "=>1.0.1+m,=1.0.1, != 1.1.0",
        "1.1",
        "false;\"1.1.0\" is not equal to \"1.0.1\";\"1.1.0\" is equal to \"1.1.0\"",
    ),
    (
        "!= 1,=<x.0.1+01",
        "v1",
        "false;\"1.0.0\" is equal to \"1\";\"1.0.0\" is greater than \"x.0.1+01\"",
    ),
    (
        "!=v1.0||=1.10.10",
        "v1.0.2",
        "false;\"1.0.2\" is equal to \"v1.0\";\"1.0.2\" is not equal to \"1.10.10\"",
    ),
    (
        "10.0 - 01.0.1 || !=v10",
        "10+1.2",
        "false;\"10.0.0+1.2\" is greater than \"01.0.1\";\"10.0.0+1.2\" is equal to \"v10\"",
    ),
    (
        "~>10||=<2.0  =< v0.0.01 , =>1.0.0+k3s1",
        "1.0+k3s1",
        "false;\"1.0.0+k3s1\" is less than \"10\";\"1.0.0+k3s1\" is greater than \"v0.0.01\"",
    ),
    (
        "= v10.1 , =<10.0-1, <1.3.1-rc.1 || =2.1.1+k3s1",
        "1.3",
        "false;\"1.3.0\" is less than \"v10.1\";\"1.3.0\" is not equal to \"2.1.1+k3s1\"",
    ),
    (
        "^1, <=0||~>1.2",
        "01",
        "false;\"1.0.0\" is greater than \"0\";\"1.0.0\" is less than \"1.2\"",
    ),
    (
        "v0.1.1,~>v1",
        "0.1.3",
        "false;\"0.1.3\" is not equal to \"v0.1.1\";\"0.1.3\" is less than \"v1\"",
    ),
    (
        "<1.10+m,<=1.1  =1.1.2",
        "1.3.1",
        "false;\"1.3.1\" is greater than \"1.1\";\"1.3.1\" is not equal to \"1.1.2\"",
    ),
    (
        "=<v1  =<1.1.1",
        "2.0.1",
        "false;\"2.0.1\" is greater than \"v1\";\"2.0.1\" is greater than \"1.1.1\"",
    ),
    (
        ">=1.1.1 , 1.0.0+m  <=0.0.1-beta.2",
        "v3.0.3",
        "false;\"3.0.3\" is not equal to \"1.0.0+m\";\"3.0.3\" is greater than \"0.0.1-beta.2\"",
    ),
    (
        "=v2.2.10, = 0.1.2",
        "0.1",
        "false;\"0.1.0\" is not equal to \"v2.2.10\";\"0.1.0\" is not equal to \"0.1.2\"",
    ),
    (
        "^0.3 , =<v1-rc.1 , =1",
        "1.0.0",
        "false;\"1.0.0\" does not have same major version as \"0.3\"",
    ),
    (
        "<=0.x-0 , ^v*.1.01",
        "0.3.3-1",
        "false;\"0.3.3-1\" does not have same minor version as \"v*.1.01\"",
    ),
    (
        "> v3.1.1-0 , !=1-alpha",
        "1.2.1",
        "false;\"1.2.1\" is less than or equal to \"v3.1.1-0\";\"1.2.1\" is equal to \"1-alpha\"",
    ),
    (
        "!=0.1, >v0 , ^0.1",
        "v0.1.1+k3s1",
        "false;\"0.1.1+k3s1\" is equal to \"0.1\";\"0.1.1+k3s1\" is less than or equal to \"v0\"",
    ),
    (
        " v1 , !=0.1.1  >1.1",
        "0.01.0",
        "false;\"0.1.0\" is less than \"v1\";\"0.1.0\" is less than or equal to \"1.1\"",
    ),
    (
        ">1 || =2.0",
        "v1.2",
        "false;\"1.2.0\" is less than or equal to \"1\";\"1.2.0\" is less than \"2.0\"",
    ),
    (
        "!= v1-rc.1 || >=2.10.1-0||!= 1-beta.11",
        "v1",
        "false;\"1.0.0\" is equal to \"v1-rc.1\";\"1.0.0\" is less than \"2.10.1-0\";\"1.0.0\" is equal to \"1-beta.11\"",
    ),
    (
        " 01 , !=1 || =>1.1.10-0 , ~ 1.1.1",
        "1",
        "false;\"1.0.0\" is equal to \"1\";\"1.0.0\" is less than \"1.1.10-0\";\"1.0.0\" is less than \"1.1.1\"",
    ),
    (
        "=>2.2+1.2  ~>v1.2||!=*.2.2",
        "0",
        "false;\"0.0.0\" is less than \"2.2+1.2\";\"0.0.0\" is less than \"v1.2\";\"0.0.0\" is equal to \"*.2.2\"",
    ),
    (
        "=>1 || != 0  ~1.0",
        "0.1",
        "false;\"0.1.0\" is less than \"1\";\"0.1.0\" is equal to \"0\";\"0.1.0\" is less than \"1.0\"",
    ),
    (
        "<1  !=1",
        "v1+01",
        "false;\"1.0.0+01\" is greater than or equal to \"1\";\"1.0.0+01\" is equal to \"1\"",
    ),
    (
        ">v2.2.1-beta.11 , 1.2.2 - 0.0-1",
        "2.1.10",
        "false;\"2.1.10\" is less than or equal to \"v2.2.1-beta.11\";\"2.1.10\" is greater than \"0.0-1\"",
    ),
    (
        "< *.10-a-b || => 01.*+01",
        "0.0.2",
        "false;\"0.0.2\" is greater than or equal to \"*.10-a-b\";\"0.0.2\" is less than \"01.*+01\"",
    ),
    (
        "~1.2 !=2-1+1.2 || =>v2.0.1||~ 1.2-beta.2",
        "1",
        "false;\"1.0.0\" is less than \"1.2\";\"1.0.0\" is less than \"v2.0.1\";\"1.0.0\" is less than \"1.2-beta.2\"",
    ),
    (
        "v1.10.1+k3s1 || >v01-1+1.2",
        "1.1",
        "false;\"1.1.0\" is not equal to \"v1.10.1+k3s1\";\"1.1.0\" is less than or equal to \"v01-1+1.2\"",
    ),
    (
        "1.1.1-1 - 2||>3.2, != 1.2",
        "3",
        "false;\"3.0.0\" is greater than \"2\";\"3.0.0\" is less than or equal to \"3.2\"",
    ),
    (
        ">2.1.1, 0.1-1 - 3.1.3 =v1.3.1-a-b",
        "0.2.0+01",
        "false;\"0.2.0+01\" is less than or equal to \"2.1.1\";\"0.2.0+01\" is not equal to \"v1.3.1-a-b\"",
    ),
    (
        "^v1.1.1||< 1, !=1.2",
        "1",
        "false;\"1.0.0\" is less than \"v1.1.1\";\"1.0.0\" is greater than or equal to \"1\"",
    ),
    (
        "!=1-1 || v0.0-rc.1+k3s1 - 1.0 2.0.1+k3s1 - 0.1.1",
        "1",
        "false;\"1.0.0\" is equal to \"1-1\";\"1.0.0\" is less than \"2.0.1+k3s1\";\"1.0.0\" is greater than \"0.1.1\"",
    ),
    (
        "=<0-1||~1.1 !=1,!=vx.0.1-rc.1",
        "1-alpha",
        "false;\"1.0.0-alpha\" is greater than \"0-1\";\"1.0.0-alpha\" is less than \"1.1\";\"1.0.0-alpha\" is equal to \"1\"",
    ),
    (
        " 0.0.2 , >= v2.3 || != 1",
        "v1.3.1",
        "false;\"1.3.1\" is not equal to \"0.0.2\";\"1.3.1\" is less than \"v2.3\";\"1.3.1\" is equal to \"1\"",
    ),
    (
        "!=0,~1.3, = 1.1.1-alpha+k3s1",
        "0.0",
        "false;\"0.0.0\" is equal to \"0\";\"0.0.0\" is less than \"1.3\";\"0.0.0\" is not equal to \"1.1.1-alpha+k3s1\"",
    ),
    (
        "!= 1.1,0.1.1 - 1.0.0  ~ 2.10-0",
        "1.1.1",
        "false;\"1.1.1\" is equal to \"1.1\";\"1.1.1\" is greater than \"1.0.0\";\"1.1.1\" is less than \"2.10-0\"",
    ),
    (
        "!=1-alpha,1.1.3-1 ~3",
        "1.2.1",
        "false;\"1.2.1\" is equal to \"1-alpha\";\"1.2.1\" is not equal to \"1.1.3-1\";\"1.2.1\" is less than \"3\"",
    ),
    (
        "v0.10.1 - 1.1-a-b || => 1 , !=v1 , >= v2",
        "1.3.1+m",
        "false;\"1.3.1+m\" is greater than \"1.1-a-b\";\"1.3.1+m\" is equal to \"v1\";\"1.3.1+m\" is less than \"v2\"",
    ),
    (
        "v3.0||!= 2 <= v1.1",
        "2.1.1+m",
        "false;\"2.1.1+m\" is less than \"v3.0\";\"2.1.1+m\" is equal to \"2\";\"2.1.1+m\" is greater than \"v1.1\"",
    ),
    (
        "v1.0.10-rc.1 =>10.1.0,^v2.1.1",
        "1.1.0",
        "false;\"1.1.0\" is not equal to \"v1.0.10-rc.1\";\"1.1.0\" is less than \"10.1.0\";\"1.1.0\" is less than \"v2.1.1\"",
    ),
    (
        ">=1 < 1-beta.2  = 3.3 || =v2.1.0",
        "0+01",
        "false;\"0.0.0+01\" is less than \"1\";\"0.0.0+01\" is less than \"3.3\";\"0.0.0+01\" is not equal to \"v2.1.0\"",
    ),
    (
        "=v1.1.1 , =>v0.3.0,<0.10",
        "v1.1.3",
        "false;\"1.1.3\" is not equal to \"v1.1.1\";\"1.1.3\" is greater than or equal to \"0.10\"",
    ),
    (
        "<v0-1,=<1.10.2",
        "v3.1-a-b",
        "false;\"3.1.0-a-b\" is greater than or equal to \"v0-1\";\"3.1.0-a-b\" is greater than \"1.10.2\"",
    ),
    (
        "<=0.3.0 <3.10.1+k3s1 || >=2.2.1||^3.0",
        "1.2.1",
        "false;\"1.2.1\" is greater than \"0.3.0\";\"1.2.1\" is less than \"2.2.1\";\"1.2.1\" is less than \"3.0\"",
    ),
    (
        "01.01-beta.2 - 0.3 || v3 - 1,<=1.0",
        "1.0",
        "false;\"1.0.0\" is less than \"01.01-beta.2\";\"1.0.0\" is greater than \"0.3\";\"1.0.0\" is less than \"v3\"",
    ),
    (
        "=>0.01||<v01,1.3.0 || >=v3.x-beta.11 <1.1",
        "0",
        "false;\"0.0.0\" is less than \"0.01\";\"0.0.0\" is not equal to \"1.3.0\";\"0.0.0\" is less than \"v3.x-beta.11\"",
    ),
    (
        "<01-0  = v1.2.1+1.2",
        "v2.0.2",
        "false;\"2.0.2\" is greater than or equal to \"01-0\";\"2.0.2\" is not equal to \"v1.2.1+1.2\"",
    ),
    (
        "<=1.10, <10.0.2,<v1.2.1-alpha+k3s1",
        "3.1.0-a-b",
        "false;\"3.1.0-a-b\" is greater than \"1.10\";\"3.1.0-a-b\" is greater than or equal to \"v1.2.1-alpha+k3s1\"",
    ),
    (
        "~ 1.1.0 > vx.*",
        "1.3",
        "false;\"1.3.0\" does not have same major and minor version as \"1.1.0\"",
    ),
    (
        "~2.1.1,v10-beta.2 - v0.2.1 , >= v1.1-0",
        "2",
        "false;\"2.0.0\" is less than \"2.1.1\";\"2.0.0\" is less than \"v10-beta.2\";\"2.0.0\" is greater than \"v0.2.1\"",
    ),
    (
        "!=1-beta.2 =v2.0.1  =< v0.10.3",
        "1.3",
        "false;\"1.3.0\" is equal to \"1-beta.2\";\"1.3.0\" is not equal to \"v2.0.1\";\"1.3.0\" is greater than \"v0.10.3\"",
    ),
];

fn parts(version: Result<Version, VersionError>) -> String {
    match version {
        Ok(v) => format!(
            "{} {} {} {} {} {v}",
            v.major, v.minor, v.patch, v.prerelease, v.metadata
        ),
        Err(error) => format!("ERR {error}"),
    }
}

#[test]
fn versions_parse_leniently_and_strictly() {
    for (text, expected) in LENIENT {
        assert_eq!(parts(Version::parse(text)), expected, "{text}");
    }
    for (text, expected) in STRICT {
        assert_eq!(parts(Version::parse_strict(text)), expected, "{text}");
    }
}

#[test]
fn constraints_parse_or_tell_why_not() {
    for (text, expected) in IMPROPER {
        assert_eq!(Constraint::parse(text).expect_err(text).to_string(), expected, "{text}");
    }
    for (text, expected) in NORMAL {
        assert_eq!(Constraint::parse(text).expect(text).to_string(), expected, "{text}");
    }
    let too_long = "1".repeat(513);
    assert_eq!(
        Constraint::parse(&too_long).expect_err("too long").to_string(),
        "constraint string is too long (max 512 bytes)"
    );
    assert!(Constraint::parse(&["1"; 32].join("||")).is_ok());
    assert_eq!(
        Constraint::parse(&["1"; 33].join("||"))
            .expect_err("too many")
            .to_string(),
        "too many constraint groups (max 32)"
    );
}

#[test]
fn constraints_check_and_give_reasons() {
    for (constraint, version, expected) in VALIDATED {
        let parsed = Constraint::parse(constraint).expect(constraint);
        let version = Version::parse(version).expect(version);
        let reasons = parsed
            .validate(&version)
            .map_or_else(|reasons| reasons.join(";"), |()| "ok".to_owned());
        assert_eq!(
            format!("{};{reasons}", parsed.check(&version)),
            expected,
            "{constraint} {version}"
        );
    }
}
